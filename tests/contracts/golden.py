"""The golden files: what was published and stored once, and must be understood for as long as it may come back.

golden/<type>.<version>.json      a message with every published example of one type, byte for byte as it is sent
golden/stored/<name>.json         the examples of one stored event, as they lie in the event table
golden/stored_event_types.json    the names on disk: by service and by the prefix of the streams
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ops.contracts.schemas import file_name
from shared.contracts import NEWEST, Contract
from shared.eventsourcing.recorded import Recorded
from shared.messaging.outgoing import batched
from tests.contracts.examples import AGGREGATES, CODECS, EXAMPLES, PUBLISHING

GOLDEN = Path(__file__).parent / "golden"
STORED_EVENT_TYPES = GOLDEN / "stored_event_types.json"

StoredEventTypes = dict[str, dict[str, list[str]]]


def published(contract: type[Contract]) -> list[Recorded]:
    """The examples that some service publishes as this contract."""
    return [
        recorded
        for service, publish in PUBLISHING.items()
        for recorded in EXAMPLES[service]
        if type(publish(recorded)) is contract
    ]


def publishers(contract: type[Contract]) -> list[str]:
    """The services that make this contract of one of their stored events."""
    return [
        service
        for service, publish in PUBLISHING.items()
        if any(type(publish(recorded)) is contract for recorded in EXAMPLES[service])
    ]


def message_file(contract: type[Contract]) -> Path:
    return GOLDEN / f"{file_name(contract)}.json"


def message_body(contract: type[Contract]) -> bytes:
    """What today's code sends for the examples of one type."""
    [publisher] = publishers(contract)
    [message] = batched(published(contract), PUBLISHING[publisher])
    return message.body


def stored_file(name: str) -> Path:
    return GOLDEN / "stored" / f"{name}.json"


def stored_examples(service: str, name: str) -> list[Any]:
    """What today's code stores for the examples of one stored event."""
    return [
        json.loads(CODECS[service].encode(name, recorded.event))
        for recorded in EXAMPLES[service]
        if recorded.type == name
    ]


def stored_event_types() -> StoredEventTypes:
    return {
        service: {aggregate.prefix: list(aggregate.events) for aggregate in aggregates}
        for service, aggregates in AGGREGATES.items()
    }


def stored_names(types: StoredEventTypes) -> list[tuple[str, str]]:
    """Service and name of every stored event."""
    return [
        (service, name)
        for service, prefixes in types.items()
        for names in prefixes.values()
        for name in names
    ]


def recordings() -> Mapping[Path, bytes]:
    """Every golden file as today's code would record it; what is only read has been recorded before."""
    types = stored_event_types()
    return {
        **{message_file(contract): message_body(contract) + b"\n" for contract in NEWEST},
        **{
            stored_file(name): _indented(stored_examples(service, name))
            for service, name in stored_names(types)
            if CODECS[service].is_newest(name)
        },
        STORED_EVENT_TYPES: _indented(types),
    }


def _indented(document: object) -> bytes:
    return json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n"
