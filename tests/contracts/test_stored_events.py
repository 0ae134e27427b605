"""What lies in the event tables can be read for ever: its names stay, and its shapes are still understood."""

import json

import pytest

from tests.contracts.examples import AGGREGATES, CODECS, EXAMPLES
from tests.contracts.golden import (
    GOLDEN,
    STORED_EVENT_TYPES,
    StoredEventTypes,
    stored_event_types,
    stored_examples,
    stored_file,
    stored_names,
)

COMMITTED: StoredEventTypes = json.loads(STORED_EVENT_TYPES.read_text())
EVERY_NAME = pytest.mark.parametrize(("service", "name"), stored_names(COMMITTED))
EVERY_STORED = pytest.mark.parametrize(
    ("service", "name"),
    [(service, name) for service, name in stored_names(COMMITTED) if CODECS[service].is_newest(name)],
)


def test_names_on_disk_stay_when_code_changes() -> None:
    lost = set(stored_names(COMMITTED)) - set(stored_names(stored_event_types()))
    assert not lost, "events with these names are on disk: keep them, and add a name beside each"


def test_every_name_is_recorded_when_it_may_be_on_disk() -> None:
    assert stored_event_types() == COMMITTED
    recorded = {path.stem for path in (GOLDEN / "stored").glob("*.json")}
    assert recorded == {name for _, name in stored_names(COMMITTED)}


def test_names_and_prefixes_are_unique_when_a_service_keeps_several_aggregates() -> None:
    for service, aggregates in AGGREGATES.items():
        names = [name for name_service, name in stored_names(COMMITTED) if name_service == service]
        assert len(names) == len(set(names))
        assert len({aggregate.prefix for aggregate in aggregates}) == len(aggregates)


@EVERY_NAME
def test_stored_event_is_read_as_it_was_meant_when_it_comes_back(service: str, name: str) -> None:
    stored = json.loads(stored_file(name).read_text())
    read = [CODECS[service].decode(name, json.dumps(data)) for data in stored]

    assert read
    assert all(CODECS[service].is_newest(CODECS[service].name(event)) for event in read)
    if CODECS[service].is_newest(name):
        assert read == [recorded.event for recorded in EXAMPLES[service] if recorded.type == name]


@EVERY_STORED
def test_what_was_stored_is_still_stored_when_the_event_happens_again(service: str, name: str) -> None:
    """Fields are added, never dropped or reshaped: a reader of yesterday may still be running."""
    stored = json.loads(stored_file(name).read_text())

    assert stored
    for before, now in zip(stored, stored_examples(service, name), strict=True):
        assert {field: now[field] for field in before} == before
