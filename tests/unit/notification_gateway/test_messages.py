import pytest

from notification_gateway.messages import Packet, event_message, resync_message
from notification_gateway.rooms import together


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
    assert resync_message("stream_lost", "0").encode() == '42["resync",{"reason":"stream_lost","cursor":"0"}]'


def test_events_are_split_when_they_are_too_many_for_one_message() -> None:
    assert together([]) == []
    assert [message.encode() for message in together([b"1", b"2"])] == ['42["events",[1,2]]']
    assert [message.encode().count("1") for message in together([b"1"] * 1_100)] == [500, 500, 100]
    assert len(together([b"1" * 100_000] * 3)) == 3
