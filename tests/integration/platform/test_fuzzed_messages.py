"""Messages that are wrong in every way hypothesis comes up with: each ends with its reason, and what comes behind it is processed."""

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from shared.eventsourcing.ids import new_id
from shared.messaging import incoming
from tests.fuzzing.tally import ON_REAL_SERVERS, tried
from tests.integration.platform.broker import ORDER, RETRY_1S, RETRY_10S, RETRY_60S, Broker
from tests.integration.platform.teller import Teller
from tests.integration.platform.test_failing_events import sent_on
from tests.integration.platform.wire import deposit_asked

_AT_ONCE = 20

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("\0"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
huge = st.sampled_from([b"x", b"[", b" ", b'"', b"9", b"\0"]).map(lambda piece: piece * 200_000)


@st.composite
def events(draw: st.DrawFn) -> Any:
    """An event of which something is missing or replaced, or no event at all. It asks for nothing that there is."""
    event = deposit_asked(new_id())
    place = event["data"] if draw(st.booleans()) else event
    name = draw(st.sampled_from(sorted(place)))
    match draw(st.sampled_from(["missing", "replaced", "another version", "more", "no event"])):
        case "missing":
            del place[name]
        case "replaced":
            place[name] = draw(json_values)
        case "another version":
            event["dataschema"] = f"urn:eventflow:bank.deposit_asked:{draw(st.integers())}"
        case "more":
            place[draw(st.text(max_size=20))] = draw(json_values)
        case _:
            return draw(json_values)
    return event


def _written(document: Any) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME)


@st.composite
def cut(draw: st.DrawFn) -> bytes:
    """A good message, broken off or with a byte changed."""
    body = bytearray(orjson.dumps([deposit_asked(new_id())]))
    place = draw(st.integers(0, len(body) - 1))
    if draw(st.booleans()):
        return bytes(body[:place])
    body[place] = draw(st.integers(0, 255))
    return bytes(body)


encodable = events().filter(lambda event: _is_encodable(event))
bodies = st.one_of(
    st.lists(encodable, max_size=3).map(_written), encodable.map(_written), cut(), st.binary(), huge
)
headers: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.sampled_from(
        [incoming.ATTEMPTS, incoming.LOCK_WAITS, incoming.REPLAYED, incoming.FIRST_FAILED_AT, "any"]
    ),
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(max_size=20)
    | st.lists(st.booleans()),
)


def _is_encodable(document: Any) -> bool:
    """Integers beyond 64 bits and half characters are not JSON for us: nobody could have written them."""
    try:
        _written(document)
    except orjson.JSONEncodeError:
        return False
    return True


@ON_REAL_SERVERS
@given(st.lists(st.tuples(bodies, headers), min_size=_AT_ONCE, max_size=_AT_ONCE))
async def test_nothing_stops_the_queue_and_everything_has_its_reason_when_messages_are_wrong(
    broker: Broker, teller: Teller, messages: list[tuple[bytes, dict[str, Any]]]
) -> None:
    for body, header in messages[1:]:
        await broker.put(body, **header)
    body, header = messages[0]

    sent = await sent_on(broker, teller, body, **header)

    assert await broker.count(ORDER.queue) == 0
    for message in sent:
        assert message.routing_key in (ORDER.dead, RETRY_1S, RETRY_10S, RETRY_60S)
        assert str(message.headers[incoming.ERROR])
    unreadable = [body for body, _ in messages if not _is_an_array(body)]
    buried = [message.body for message in sent if message.routing_key == ORDER.dead]
    assert all(body in buried for body in unreadable)
    tried("malformed AMQP messages", len(messages))
    await broker.empty()


def _is_an_array(body: bytes) -> bool:
    try:
        incoming.raw_events(body)
    except incoming.Unreadable:
        return False
    return True
