"""Everything that is heard is said by exactly one service, and every service reacts to exactly what it hears."""

import pytest

import inventory_service.reactions
import order_service.reactions
import payment_service.reactions
from shared.contracts import CONTRACTS, NEWEST, REGISTRY, Contract
from shared.messaging.incoming import Understood, read_message
from shared.messaging.topology import EVENT_EXCHANGES, SUBSCRIPTIONS
from tests.contracts.examples import AGGREGATES, CODECS, EXAMPLES, PUBLISHING
from tests.contracts.golden import message_file, publishers

REACTIONS = {
    "order": order_service.reactions.REACTIONS,
    "payment": payment_service.reactions.REACTIONS,
    "inventory": inventory_service.reactions.REACTIONS,
}
EVERY_SERVICE = pytest.mark.parametrize("service", list(SUBSCRIPTIONS))
EVERY_SENT = pytest.mark.parametrize("contract", NEWEST, ids=lambda contract: contract.schema_urn())


def test_every_service_is_examined_when_contracts_are_proved() -> None:
    assert set(REACTIONS) == set(SUBSCRIPTIONS) == set(PUBLISHING) == set(AGGREGATES)


@EVERY_SERVICE
def test_service_reacts_to_exactly_that_when_it_hears_something(service: str) -> None:
    """As sets: the topology lists bindings, the reactions tell the story in their own order."""
    heard = SUBSCRIPTIONS[service].contracts

    assert set(REACTIONS[service]) == set(heard)
    assert len(heard) == len(set(heard))


@EVERY_SERVICE
def test_some_other_service_says_it_when_a_service_hears_it(service: str) -> None:
    for contract in SUBSCRIPTIONS[service].contracts:
        assert contract in NEWEST
        [publisher] = publishers(contract)
        assert publisher != service


@EVERY_SERVICE
def test_reaction_asks_for_a_command_when_a_recorded_event_is_heard(service: str) -> None:
    """In every version. Of `order.updated` the inventory service acts on the shipping alone."""
    types = {contract.type for contract in SUBSCRIPTIONS[service].contracts}
    for contract in (contract for contract in CONTRACTS if contract.type in types):
        events = read_message(message_file(contract).read_bytes(), REGISTRY)
        commands = [
            REACTIONS[service][type(event.heard.data)](event.heard)
            for event in events
            if isinstance(event, Understood)
        ]
        asked = [command for command in commands if command is not None]
        assert len(asked) == (1 if contract.type == "order.updated" else len(events))


@EVERY_SENT
def test_exactly_one_service_says_and_signs_it_when_a_contract_is_published(contract: type[Contract]) -> None:
    [publisher] = publishers(contract)

    assert contract.source == f"/{publisher}-service"
    assert contract.exchange == f"{publisher}_exchange"
    assert contract.type.startswith(f"{publisher}.")
    assert contract.exchange in EVENT_EXCHANGES


def test_types_and_versions_are_unique_when_contracts_are_looked_up() -> None:
    assert len(REGISTRY) == len(CONTRACTS)
    assert {contract.schema_urn() for contract in CONTRACTS} == set(REGISTRY)


@EVERY_SERVICE
def test_every_stored_event_has_an_example_when_publishing_is_proved(service: str) -> None:
    names = (name for aggregate in AGGREGATES[service] for name in aggregate.events)

    assert {recorded.type for recorded in EXAMPLES[service]} == set(filter(CODECS[service].is_newest, names))
