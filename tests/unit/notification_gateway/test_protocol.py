import pytest

from notification_gateway.protocol import (
    Connect,
    Disconnect,
    Emitted,
    Ignored,
    Pong,
    ProtocolBroken,
    acknowledgement,
    read_frame,
    resync_message,
)
from notification_gateway.rooms import together


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ("40", Connect()),
        ('40{"token":"x"}', Connect()),
        ("40/admin,", Connect("/admin")),
        ("41", Disconnect()),
        ("3", Pong()),
        ("430[]", Ignored()),
        ('42["subscribe",{"topic":"dashboard"}]', Emitted("subscribe", [{"topic": "dashboard"}], None)),
        ('4217["unsubscribe"]', Emitted("unsubscribe", [], 17)),
        ("42[[]]", Emitted([], [], None)),
    ],
)
def test_frame_is_understood_when_a_client_may_send_it(text: str, frame: object) -> None:
    assert read_frame(text) == frame


@pytest.mark.parametrize(
    "text", ["", "2", "5", "45", "42", "42{}", "42[]", "42" + "9" * 40 + "[1]", "42[", "x"]
)
def test_protocol_is_broken_when_a_frame_is_none_of_these(text: str) -> None:
    with pytest.raises(ProtocolBroken):
        read_frame(text)


def test_messages_are_as_the_protocol_wants_them_when_written() -> None:
    assert acknowledgement(3, {"ok": True}) == b'433[{"ok":true}]'
    assert resync_message("stream_lost", "0") == b'42["resync",{"reason":"stream_lost","cursor":"0"}]'


def test_events_are_split_when_they_are_too_many_for_one_message() -> None:
    assert together([]) == []
    assert together([b"1", b"2"]) == [b'42["events",[1,2]]']
    assert [message.count(b"1") for message in together([b"1"] * 1_100)] == [500, 500, 100]
    assert len(together([b"1" * 100_000] * 3)) == 3
