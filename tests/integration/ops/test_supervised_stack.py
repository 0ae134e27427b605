"""The supervised stack, servers alone: killed in every way, and always what it says it is."""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from ops.stack import ports, rabbitmq, status
from ops.stack.errors import StackError
from ops.stack.home import CLONE, Home
from ops.stack.lifecycle import Stack
from ops.stack.preparation import SERVERS
from ops.stack.sql import connected
from ops.stack.supervisor import find_supervisor
from ops.stack.temporary import make_temporary_home
from shared.messaging.connection import open_connection
from shared.messaging.declaring import require

UP = """
import sys
from ops.stack.home import Home
from ops.stack.lifecycle import Stack
Stack(Home.at(sys.argv[1]), services=(), prefer_usual_ports=False, say=lambda said: print(said, flush=True)).up()
"""


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    made = make_temporary_home()
    yield made
    Stack(made, services=()).discard()


@pytest.fixture
def stack(home: Home) -> Stack:
    """A stack that is up, whatever the test before has done to it."""
    stack = Stack(home, services=(), prefer_usual_ports=False)
    stack.up()
    return stack


def pids(stack: Stack) -> dict[str, int | None]:
    return {name: state.pid for name, state in stack.states().items()}


def processes_of(home: Home) -> list[str]:
    """The processes whose command, directory or environment names the home, and its epmd."""
    known = ports.load(home)
    marks = [str(home.path), f"-port {known['epmd']}" if known else str(home.path)]
    found: list[str] = []
    for process in psutil.process_iter():
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            told = [" ".join(process.cmdline()), process.cwd(), *process.environ().values()]
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        if any(mark in text for mark in marks for text in told) and "pytest" not in told[0]:
            found.append(told[0])
    return found


def test_nothing_is_restarted_when_up_runs_a_second_time(stack: Stack) -> None:
    before = pids(stack)
    assert set(before) == set(SERVERS)
    stack.up()
    assert pids(stack) == before


def test_only_the_changed_part_is_restarted_when_up_runs_again(stack: Stack) -> None:
    before = pids(stack)
    stamps = stack.home.path / "stamps.json"
    done = json.loads(stamps.read_text())
    stamps.write_text(json.dumps({**done, "started redis": "of an older configuration"}))
    stack.up()
    after = pids(stack)
    assert after["redis"] != before["redis"]
    assert {**after, "redis": 0} == {**before, "redis": 0}


def test_part_comes_back_and_is_counted_when_it_was_killed(stack: Stack) -> None:
    before = status.look(stack.home).parts["payment_db"]
    stack.kill("payment_db")
    stack.start("payment_db")
    after = status.look(stack.home).parts["payment_db"]
    assert after.state == "ready"
    assert after.pid != before.pid
    assert after.restarts == before.restarts + 1


async def test_broker_has_its_users_and_queues_when_it_was_killed_and_its_data_are_gone(
    stack: Stack,
) -> None:
    """By itself: nothing has run but the supervisor."""
    data = stack.home.path / "rabbitmq" / "data"
    stack.stop("rabbitmq")
    shutil.rmtree(data)
    stack.start("rabbitmq")
    assert data.exists()
    url = stack.site().broker_url("order_service")
    async with open_connection(url, "test") as connection:
        await require(await connection.channel())


async def test_deleted_queue_is_there_again_when_up_has_run(stack: Stack) -> None:
    site = stack.site()
    with rabbitmq.administration(site) as management:
        management.delete("/api/queues/%2F/order_queue.retry.1s").raise_for_status()
    await asyncio.to_thread(stack.up)
    async with open_connection(site.broker_url("order_service"), "test") as connection:
        await require(await connection.channel())


def test_part_stays_down_and_status_says_so_when_it_was_stopped(stack: Stack) -> None:
    stack.stop("redis")
    found = status.look(stack.home)
    assert found.parts["redis"].state == "stopped"
    assert not found.all_ready
    stack.start("redis")
    assert status.look(stack.home).parts["redis"].state == "ready"


def test_second_up_is_refused_when_one_is_at_work(stack: Stack) -> None:
    with stack.home.locked(), pytest.raises(StackError, match="Another eventflow command"):
        stack.up()


async def test_stack_comes_up_with_its_data_when_the_supervisor_was_killed(stack: Stack) -> None:
    async with connected(stack.site().database_url("order", "owner")) as owner:
        await owner.execute("CREATE TABLE IF NOT EXISTS kept (id int)")
    record = find_supervisor(stack.home)
    assert record is not None
    before = pids(stack)
    psutil.Process(record.pid).kill()
    await asyncio.to_thread(stack.up)
    assert not {pid for pid in before.values() if pid} & {pid for pid in pids(stack).values() if pid}
    async with connected(stack.site().database_url("order", "owner")) as owner:
        await owner.execute("DROP TABLE kept")


def test_half_made_data_directory_is_made_anew_when_up_was_killed(stack: Stack) -> None:
    stack.down()
    directory = stack.home.path / "postgres"
    if not directory.exists():
        pytest.skip("the databases live outside the temporary home on this machine")
    data, making = directory / "inventory_db", directory / "inventory_db.making"
    shutil.rmtree(data)
    making.mkdir()
    (making / "PG_VERSION").write_text("15\n")
    with subprocess.Popen(
        [sys.executable, "-c", UP, str(stack.home.path)], stdout=subprocess.PIPE, text=True, cwd=CLONE
    ) as killed:
        assert killed.stdout is not None
        while "starting rabbitmq" not in killed.stdout.readline():
            assert killed.poll() is None
        killed.kill()
    stack.up()
    assert not making.exists()
    assert status.look(stack.home).parts["inventory_db"].state == "ready"


def test_no_process_is_left_when_down_has_run(stack: Stack) -> None:
    assert processes_of(stack.home)
    assert stack.down() is True
    assert processes_of(stack.home) == []
    assert not stack.states()
    assert stack.down() is False
