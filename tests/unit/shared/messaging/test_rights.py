"""Who may do what on the broker, name by name; and a definitions file that says just that."""

import json
import re
import sys
from base64 import b64decode
from pathlib import Path

import pytest

from shared.contracts.orders import OrderConfirmed
from shared.messaging.definitions import definitions, everybody, main, password_hash
from shared.messaging.rights import Rights, rights
from shared.messaging.topology import EVENT_EXCHANGES, SUBSCRIPTIONS, Subscription, layout

SALES = Subscription("sales", (OrderConfirmed,))
BUILT_IN = (
    "amq.default",
    "amq.direct",
    "amq.topic",
    "amq.fanout",
    "amq.headers",
    "amq.match",
    "amq.gen-x",
    "",
)


def named_by(right: str) -> set[str]:
    """The exchanges and queues that the expression allows, of all there are; RabbitMQ searches, it does not match."""
    everything = layout(SALES)
    names = (
        *everything.exchanges,
        *(queue.name for queue in everything.queues),
        *BUILT_IN,
        "x_order_queue_x",
    )
    return {name for name in names if re.search(right, name)} - {""}


@pytest.mark.parametrize("service", [*SUBSCRIPTIONS, "sales"])
def test_service_writes_its_own_exchange_and_failures_and_reads_its_own_queues_when_connected(
    service: str,
) -> None:
    granted = rights(SALES)[f"{service}_service"]
    told = {f"{service}_exchange"} & set(EVENT_EXCHANGES)
    assert named_by(granted.write) == {f"{service}_retry", *told}
    assert named_by(granted.read) == {f"{service}_queue", f"{service}_queue.dead"}
    assert named_by(granted.configure) == set()
    assert granted.tags == ()


def test_gateway_reads_the_stream_alone_when_connected() -> None:
    granted = rights()["notification_gateway"]
    assert named_by(granted.read) == {"notification_stream"}
    assert named_by(granted.write) | named_by(granted.configure) == set()
    assert granted.tags == ("management",)


def test_operator_moves_no_message_when_looking() -> None:
    assert rights()["ops"] == Rights(write="^$", read="^$", configure="^$", tags=("monitoring",))


def test_replay_writes_retry_exchanges_alone_when_connected() -> None:
    granted = rights(SALES)["replay"]
    assert named_by(granted.write) == {"order_retry", "payment_retry", "inventory_retry", "sales_retry"}
    assert named_by(granted.read) | named_by(granted.configure) == set()


def test_password_is_hashed_as_rabbitmq_documents_it() -> None:
    assert (
        password_hash("test12", bytes.fromhex("908DC60A"))
        == "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR"
    )


def test_broker_knows_our_users_alone_and_no_password_when_defined() -> None:
    passwords = {user: f"secret of {user}" for user in everybody(SALES)}
    text = definitions(passwords, bytes(4), SALES)
    document = json.loads(text)
    assert {user["name"] for user in document["users"]} == {"eventflow", *rights(SALES)}
    assert {grant["user"]: grant["write"] for grant in document["permissions"]} == {
        "eventflow": ".*",
        **{user: granted.write for user, granted in rights(SALES).items()},
    }
    assert b"secret of" not in text
    assert "guest" not in text.decode()


def test_main_queues_are_made_before_those_that_tell_that_all_is_there() -> None:
    """Whoever finds the last queue may publish: every queue that hears events is bound by then."""
    hearing = [
        bool(set(EVENT_EXCHANGES) & {exchange for exchange, _ in queue.bindings})
        for queue in layout(SALES).queues
    ]
    assert hearing == sorted(hearing, reverse=True)
    assert not hearing[-1]


def test_file_is_written_for_everybody_when_passwords_are_in_environment_and_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    held = tmp_path / "password"
    held.write_text("from a file\n")
    monkeypatch.setenv("RABBITMQ_PASSWORD_FILE", str(held))
    for user in rights():
        monkeypatch.setenv(f"{user}_RABBITMQ_PASSWORD".upper(), f"secret of {user}")
    monkeypatch.setattr(sys, "argv", ["definitions", str(tmp_path / "definitions.json")])
    main()
    users = {user["name"]: user for user in json.loads((tmp_path / "definitions.json").read_text())["users"]}
    assert set(users) == set(everybody())
    for user, password in (("eventflow", "from a file"), ("ops", "secret of ops")):
        salt = b64decode(users[user]["password_hash"])[:4]
        assert users[user]["password_hash"] == password_hash(password, salt)


def test_nothing_is_written_when_a_password_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "argv", ["definitions", str(tmp_path / "definitions.json")])
    with pytest.raises(SystemExit, match="RABBITMQ_PASSWORD: not set"):
        main()
    assert not (tmp_path / "definitions.json").exists()
