"""The AsyncAPI 3.0 document: who sends which event to which exchange, and which service hears it on which queue.

Exchanges, queues and subscriptions are those of the topology, payloads those of the contracts.
Source of the format: https://www.asyncapi.com/docs/reference/specification/v3.0.0
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from ops.contracts.schemas import Document, PlainSchema, file_name
from shared.contracts import CONTRACTS, CloudEvent, Contract
from shared.contracts.envelope import BATCH_CONTENT_TYPE
from shared.messaging.outgoing import MAX_EVENTS
from shared.messaging.topology import EVENT_EXCHANGES, SUBSCRIPTIONS, Subscription

_SCHEMAS = "#/components/schemas/"
_AMQP_BINDING = "0.3.0"


def asyncapi() -> Document:
    schema_names, schemas = _schemas()
    return {
        "asyncapi": "3.0.0",
        "id": "urn:eventflow",
        "info": {
            "title": "EventFlow events",
            "version": "1.0.0",
            "description": (
                "Every message is a JSON array of CloudEvents of one type. Events come at least once, and in no order"
                " across exchanges; `streamversion` orders those of one subject and source."
            ),
        },
        "defaultContentType": BATCH_CONTENT_TYPE,
        "channels": {
            **{exchange: _exchange(exchange) for exchange in EVENT_EXCHANGES},
            **{subscription.queue: _queue(subscription) for subscription in SUBSCRIPTIONS.values()},
        },
        "operations": {
            **{f"{_sender(exchange)}.send": _send(exchange) for exchange in EVENT_EXCHANGES},
            **{
                f"{_service(subscription)}.receive": _receive(subscription)
                for subscription in SUBSCRIPTIONS.values()
            },
        },
        "components": {
            "messages": {file_name(contract): _message(contract, schema_names) for contract in CONTRACTS},
            "schemas": schemas,
        },
    }


def _schemas() -> tuple[Mapping[type[BaseModel], str], Document]:
    """The name of each model's schema, and all schemas by name."""
    models: list[type[BaseModel]] = [CloudEvent, *CONTRACTS]
    references, described = models_json_schema(
        [(model, "validation") for model in models],
        ref_template=_SCHEMAS + "{model}",
        schema_generator=PlainSchema,
    )
    names = {model: references[model, "validation"]["$ref"].removeprefix(_SCHEMAS) for model in models}
    return names, described["$defs"]


def _message(contract: type[Contract], schema_names: Mapping[type[BaseModel], str]) -> Document:
    event = {
        "allOf": [
            {"$ref": _SCHEMAS + schema_names[CloudEvent]},
            {
                "type": "object",
                "properties": {
                    "source": {"const": contract.source},
                    "type": {"const": contract.type},
                    "dataschema": {"const": contract.schema_urn()},
                    "data": {"$ref": _SCHEMAS + schema_names[contract]},
                },
            },
        ]
    }
    return {
        "name": contract.type,
        "summary": (contract.__doc__ or "").strip(),
        "contentType": BATCH_CONTENT_TYPE,
        "headers": {
            "type": "object",
            "properties": {
                "type": {"const": contract.type},
                "count": {"type": "integer", "minimum": 1, "maximum": MAX_EVENTS},
            },
            "required": ["type", "count"],
        },
        "payload": {"type": "array", "items": event, "minItems": 1, "maxItems": MAX_EVENTS},
    }


def _exchange(name: str) -> Document:
    contracts = _sent_to(name)
    return {
        "address": "{type}",
        "description": "The routing key is the type of the events.",
        "parameters": {
            "type": {
                "enum": sorted({contract.type for contract in contracts}),
                "location": "$message.header#/type",
            }
        },
        "messages": _referenced(contracts),
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {"name": name, "type": "topic", "durable": True, "autoDelete": False},
                "bindingVersion": _AMQP_BINDING,
            }
        },
    }


def _queue(subscription: Subscription) -> Document:
    return {
        "address": subscription.queue,
        "description": "Bound to the exchange of each of its messages by the message's type.",
        "messages": _referenced(_heard_on(subscription)),
        "bindings": {
            "amqp": {
                "is": "queue",
                "queue": {
                    "name": subscription.queue,
                    "durable": True,
                    "exclusive": False,
                    "autoDelete": False,
                },
                "bindingVersion": _AMQP_BINDING,
            }
        },
    }


def _send(exchange: str) -> Document:
    return _operation("send", exchange, _sender(exchange), _sent_to(exchange))


def _receive(subscription: Subscription) -> Document:
    return _operation("receive", subscription.queue, _service(subscription), _heard_on(subscription))


def _operation(action: str, channel: str, service: str, contracts: Iterable[type[Contract]]) -> Document:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "tags": [{"name": service}],
        "messages": [
            {"$ref": f"#/channels/{channel}/messages/{file_name(contract)}"} for contract in contracts
        ],
    }


def _sent_to(exchange: str) -> list[type[Contract]]:
    return [contract for contract in CONTRACTS if contract.exchange == exchange]


def _heard_on(subscription: Subscription) -> list[type[Contract]]:
    """In every version: queues are bound by type, and older ones may still come."""
    return [
        version for heard in subscription.contracts for version in CONTRACTS if version.type == heard.type
    ]


def _sender(exchange: str) -> str:
    """`order_service`, from the source that its events name."""
    [source] = {contract.source for contract in _sent_to(exchange)}
    return source.removeprefix("/").replace("-", "_")


def _service(subscription: Subscription) -> str:
    return f"{subscription.service}_service"


def _referenced(contracts: Iterable[type[Contract]]) -> dict[str, Any]:
    return {
        file_name(contract): {"$ref": f"#/components/messages/{file_name(contract)}"}
        for contract in contracts
    }
