"""Status: a word for each part, read from the supervisor, its journal and the part itself."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ops.stack import ports
from ops.stack.added import ADDED, OWN
from ops.stack.errors import StackError
from ops.stack.home import Home
from ops.stack.journal import Journal
from ops.stack.site import Site
from ops.stack.status import PartStatus, Status, as_json, judge, look
from ops.stack.supervisor import State

RUNNING = State("order-1", 4711, time.time() - 30)
OLD = State("order-1", 4711, time.time() - 3600)


def journal_of(path: Path, *ages: float) -> Journal:
    """A journal in which order-1 ended by itself so many seconds ago, each time started again at once."""
    lines: list[str] = []
    for number, age in enumerate(ages):
        moment = datetime.now(UTC) - timedelta(seconds=age)
        stamp = moment.strftime("%Y-%m-%d %H:%M:%S,") + f"{moment.microsecond // 1000:03d}"
        lines.append(f"{stamp} WARN exited: order-1 (terminated by SIGKILL; not expected)")
        lines.append(f"{stamp} INFO spawned: 'order-1' with pid {100 + number}")
        lines.append(f"{stamp} INFO success: order-1 entered RUNNING state, process has stayed up")
    path.write_text("\n".join(lines))
    return Journal.read(path)


def test_part_is_ready_when_it_serves() -> None:
    found = judge("order-1", lambda: None, RUNNING, Journal({}, {}), 0.0)
    assert found == PartStatus("ready", 4711, 0, None)


def test_part_is_starting_when_it_is_young_and_does_not_serve_yet() -> None:
    found = judge("order-1", lambda: "connection refused", RUNNING, Journal({}, {}), 0.0)
    assert found == PartStatus("starting", 4711, 0, "connection refused")


def test_part_is_not_ready_when_it_is_old_and_does_not_serve() -> None:
    found = judge("order-1", lambda: "503", OLD, Journal({}, {}), 0.0)
    assert found == PartStatus("not ready", 4711, 0, "503")


@pytest.mark.parametrize("state", [None, State("order-1", None, 0.0)])
def test_part_is_stopped_when_it_has_no_process(state: State | None) -> None:
    assert judge("order-1", lambda: None, state, Journal({}, {}), 0.0).state == "stopped"


def test_restarts_are_counted_when_the_journal_tells_of_them(tmp_path: Path) -> None:
    found = judge("order-1", lambda: None, RUNNING, journal_of(tmp_path / "log", 4000, 3000), 0.0)
    assert (found.state, found.restarts) == ("ready", 2)


def test_part_is_in_a_crash_loop_when_it_ended_three_times_lately_though_it_runs_now(tmp_path: Path) -> None:
    found = judge("order-1", lambda: None, RUNNING, journal_of(tmp_path / "log", 60, 40, 20), 0.0)
    assert (found.state, found.restarts) == ("crash-looping", 3)
    assert found.reason == "it ended 3 times in 120 s (terminated by SIGKILL)"


def test_part_is_out_of_its_loop_when_it_was_started_on_purpose_since(tmp_path: Path) -> None:
    journal = journal_of(tmp_path / "log", 60, 40, 20)
    found = judge("order-1", lambda: None, RUNNING, journal, time.time() - 10)
    assert (found.state, found.restarts) == ("ready", 3)


def test_processes_are_known_by_pid_and_start_when_the_journal_is_read(tmp_path: Path) -> None:
    journal = journal_of(tmp_path / "log", 10)
    (record,) = journal.spawned["order-1"]
    assert record.pid == 100
    assert time.time() - record.started == pytest.approx(10, abs=2)


def test_document_has_every_address_and_no_password_when_asked_for_json(tmp_path: Path) -> None:
    site = Site.of(Home.at(tmp_path), ports.USUAL)
    document = as_json(Status(site, {"order-1": PartStatus("ready", 1, 0, None)}), secrets=False)
    assert document == {
        "order": "http://127.0.0.1:3001",
        "payment": "http://127.0.0.1:3002",
        "inventory": "http://127.0.0.1:3003",
        "gateway": "http://127.0.0.1:3004",
        "socket": "http://127.0.0.1:3005",
        "issuer": "http://127.0.0.1:3006",
        **{name: f"http://127.0.0.1:{ports.USUAL[name]}" for name in ADDED},
        "metrics": {
            name: f"http://127.0.0.1:{9101 + place}/metrics"
            for place, name in enumerate(
                ("order-1", "order-2", "payment", "inventory", "gateway", "issuer", *ADDED)
            )
        },
        "rabbitmq_management": "http://127.0.0.1:15672",
        "databases": {
            "order": "postgresql://127.0.0.1:5432/order_db",
            "payment": "postgresql://127.0.0.1:5433/payment_db",
            "inventory": "postgresql://127.0.0.1:5434/inventory_db",
            "provider": "postgresql://127.0.0.1:5433/provider_db",
            **{name: f"postgresql://127.0.0.1:5434/{name}_db" for name in ADDED},
        },
        "parts": {"order-1": {"state": "ready", "pid": 1, "restarts": 0, "reason": None}},
    }


def test_logins_that_only_look_are_shown_when_secrets_are_asked_for(tmp_path: Path) -> None:
    site = Site.of(Home.at(tmp_path), ports.USUAL)
    shown = str(as_json(Status(site, {}), secrets=True))
    seen = {name for name, password in site.passwords.items() if password in shown}
    assert seen == {f"{name}_auditor" for name in (*OWN, "provider", *ADDED)} | {"rabbitmq_ops"}


def test_up_is_asked_for_when_the_stack_is_older_than_one_of_its_parts(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    home.create()
    ports.save(home, {name: port for name, port in ports.USUAL.items() if name != "gateway"})
    with pytest.raises(StackError, match="last up without gateway; run make up"):
        look(home)
