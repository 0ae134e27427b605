"""The AsyncAPI document keeps the rules of AsyncAPI 3.0 and says what topology and publishers do.

The rules are those of https://www.asyncapi.com/docs/reference/specification/v3.0.0 for the objects that we use.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from ops.contracts.asyncapi import asyncapi
from ops.contracts.schemas import Document, file_name
from shared.contracts import CONTRACTS, NEWEST, Contract
from shared.messaging.outgoing import batched
from shared.messaging.topology import EVENT_EXCHANGES, SUBSCRIPTIONS
from tests.contracts.examples import PUBLISHING
from tests.contracts.golden import published, publishers
from tests.contracts.json_paths import at, changed, references

DOCUMENT = asyncapi()
MESSAGES: Mapping[str, Any] = DOCUMENT["components"]["messages"]
EVERY_CHANNEL = pytest.mark.parametrize("name", list(DOCUMENT["channels"]))
EVERY_OPERATION = pytest.mark.parametrize("name", list(DOCUMENT["operations"]))
EVERY_CONTRACT = pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.schema_urn())
EVERY_SENT = pytest.mark.parametrize("contract", NEWEST, ids=lambda contract: contract.schema_urn())

KEY = re.compile(r"^[A-Za-z0-9._-]+$")
RUNTIME_EXPRESSION = re.compile(r"^\$message\.(header|payload)#(/[^/]+)*$")


def resolved(reference: str) -> Any:
    return at(DOCUMENT, tuple(reference.removeprefix("#/").split("/")))


def validator(schema: Document) -> Any:
    """For a schema of the document, whose references lead into the document."""
    document: Resource[Any] = Resource(contents=DOCUMENT, specification=DRAFT7)
    registry: Registry[Any] = Registry[Any]().with_resource("urn:asyncapi", document)
    absolute = json.loads(json.dumps(schema).replace('"#/', '"urn:asyncapi#/'))
    return Draft7Validator(absolute, registry=registry)


def services(action: str, message: str) -> set[tuple[str, str]]:
    """Who sends or receives a message, and on which channel."""
    return {
        (operation["tags"][0]["name"], operation["channel"]["$ref"])
        for operation in DOCUMENT["operations"].values()
        if operation["action"] == action
        and any(sent["$ref"].endswith(f"/{message}") for sent in operation["messages"])
    }


def test_root_has_what_the_specification_requires_when_it_is_read() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert re.fullmatch(r"urn:[a-z]+", DOCUMENT["id"])
    assert {"title", "version"} <= set(DOCUMENT["info"])
    assert set(DOCUMENT) <= {
        "asyncapi",
        "id",
        "info",
        "defaultContentType",
        "channels",
        "operations",
        "components",
    }
    for part in (DOCUMENT["channels"], DOCUMENT["operations"], *DOCUMENT["components"].values()):
        assert all(KEY.fullmatch(key) for key in part)


def test_every_reference_leads_somewhere_when_it_is_followed() -> None:
    found = references(DOCUMENT)
    assert found
    for reference in found:
        assert reference.startswith("#/")
        assert resolved(reference)


@EVERY_CHANNEL
def test_channel_is_well_formed_when_it_is_read(name: str) -> None:
    channel = DOCUMENT["channels"][name]
    in_address = set(re.findall(r"\{(\w+)\}", channel["address"]))

    assert set(channel.get("parameters", {})) == in_address
    for parameter in channel.get("parameters", {}).values():
        assert set(parameter) <= {"enum", "default", "description", "examples", "location"}
        assert RUNTIME_EXPRESSION.fullmatch(parameter["location"])
    for key, message in channel["messages"].items():
        assert message == {"$ref": f"#/components/messages/{key}"}
    binding = channel["bindings"]["amqp"]
    assert binding["bindingVersion"] == "0.3.0"
    assert (binding["is"], "exchange" in binding, "queue" in binding) in {
        ("routingKey", True, False),
        ("queue", False, True),
    }


@EVERY_OPERATION
def test_operation_is_well_formed_when_it_is_read(name: str) -> None:
    """Its messages must be those of its own channel, referred to by way of the channel."""
    operation = DOCUMENT["operations"][name]
    channel = operation["channel"]["$ref"]

    assert operation["action"] in {"send", "receive"}
    assert channel.startswith("#/channels/")
    assert operation["messages"]
    for message in operation["messages"]:
        assert message["$ref"].startswith(f"{channel}/messages/")


@pytest.mark.parametrize("name", list(MESSAGES))
def test_message_is_well_formed_when_it_is_read(name: str) -> None:
    message = MESSAGES[name]

    assert message["headers"]["type"] == "object"
    assert message["contentType"] == "application/cloudevents-batch+json"
    assert re.fullmatch(rf"{re.escape(message['name'])}\.[1-9]\d*", name)
    assert message["summary"]
    validator(message["payload"]).check_schema(message["payload"])
    validator(message["headers"]).check_schema(message["headers"])


@EVERY_SENT
def test_message_describes_what_is_really_sent_when_events_are_published(contract: type[Contract]) -> None:
    message = MESSAGES[file_name(contract)]
    [publisher] = publishers(contract)
    [sent] = batched(published(contract), PUBLISHING[publisher])
    payload = json.loads(sent.body)

    validator(message["payload"]).validate(payload)
    validator(message["headers"]).validate({"type": sent.type, "count": sent.count})


@EVERY_SENT
def test_message_refuses_what_is_not_sent_when_an_event_is_altered(contract: type[Contract]) -> None:
    """Otherwise the description would prove nothing."""
    payload = MESSAGES[file_name(contract)]["payload"]
    [publisher] = publishers(contract)
    [sent] = batched(published(contract)[:1], PUBLISHING[publisher])
    [event] = json.loads(sent.body)

    altered = {"type": "other", "source": "/other", "dataschema": "urn:other", "data": None}
    for attribute, value in altered.items():
        assert not validator(payload).is_valid([changed(event, (attribute,), value)])
    assert not validator(payload).is_valid([])
    assert not validator(payload).is_valid(event)


def test_every_exchange_and_queue_is_a_channel_when_the_topology_is_declared() -> None:
    queues = {subscription.queue for subscription in SUBSCRIPTIONS.values()}
    assert set(DOCUMENT["channels"]) == {*EVENT_EXCHANGES, *queues}


@EVERY_CONTRACT
def test_sender_and_hearers_are_told_when_a_contract_is_looked_up(contract: type[Contract]) -> None:
    publisher = contract.exchange.removesuffix("_exchange")

    assert services("send", file_name(contract)) == {
        (f"{publisher}_service", f"#/channels/{contract.exchange}")
    }
    assert services("receive", file_name(contract)) == {
        (f"{service}_service", f"#/channels/{subscription.queue}")
        for service, subscription in SUBSCRIPTIONS.items()
        if contract.type in {heard.type for heard in subscription.contracts}
    }
