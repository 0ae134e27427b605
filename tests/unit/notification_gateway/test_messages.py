import pytest

from notification_gateway.messages import Packet, event_message, resync_message
from notification_gateway.packing import ONE_BY_ONE, TOGETHER


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("0", None),
        ('0{"token":"x"}', {"token": "x"}),
        ('2["subscribe",{"topic":"dashboard"}]', ["subscribe", {"topic": "dashboard"}]),
        ('217["unsubscribe"]', ["unsubscribe"]),
        ("30[]", []),
    ],
)
def test_packet_is_understood_when_a_client_may_send_it(text: str, data: object) -> None:
    assert Packet(encoded_packet=text).data == data


@pytest.mark.parametrize(
    "text",
    [
        "2",
        "2{}",
        "2[]",
        "2[[]]",
        "2[1]",
        '2"subscribe"',
        "2" + "9" * 140 + '["a"]',
        "2[",
        "2" + "[" * 5_000,
        "0{",
        "2²",
    ],
)
def test_it_is_a_wrong_value_when_a_packet_is_none_of_these(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Packet(encoded_packet=text)


def test_messages_are_as_the_protocol_wants_them_when_written() -> None:
    assert event_message(b'{"cursor":"1" }').encode() == '42["event",{"cursor":"1" }]'
    assert (
        resync_message("stream_lost", "0", [{"topic": "dashboard"}]).encode()
        == '42["resync",{"reason":"stream_lost","cursor":"0","subscriptions":[{"topic":"dashboard"}]}]'
    )


def test_events_are_split_when_they_are_too_many_for_one_message() -> None:
    assert list(TOGETHER.parts([], len)) == []
    (part,) = TOGETHER.parts([b"1", b"2"], len)
    assert TOGETHER.message(part).encode() == '42["events",[1,2]]'
    assert [len(part) for part in TOGETHER.parts([b"1"] * 1_100, len)] == [500, 500, 100]
    assert [len(part) for part in TOGETHER.parts([b"1" * 100_000] * 3, len)] == [1, 1, 1]
    assert [len(part) for part in ONE_BY_ONE.parts([b"1"] * 2, len)] == [1, 1]
