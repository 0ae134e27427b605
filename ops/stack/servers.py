"""The servers alone (PostgreSQL x3, RabbitMQ, Redis), as direct children of this process: for tests.

    with Servers(Home.at(directory)) as servers:
        servers.site.environment("order")        # what the order service gets: database, broker, key, port
        servers.kill("rabbitmq")                 # SIGKILL, returns when it is gone
        servers.start("rabbitmq")                # the same node and data again, returns when it serves
        database = fresh_database(servers.site, "order")   # `isolation`: databases and virtual hosts of one's own

All of it blocks: in a test with an event loop to keep alive, `await asyncio.to_thread(servers.kill, "rabbitmq")`.
Nothing restarts what was killed here; the supervised stack (`lifecycle`) does.
"""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from ops.stack import accounts, ports, rabbitmq
from ops.stack.home import Home, write_whole
from ops.stack.parts import Part
from ops.stack.preparation import find_machine, prepare_all, server_parts
from ops.stack.processes import ProcessRecord, kill_tree, stop_tree
from ops.stack.provision import provision_all
from ops.stack.site import Site
from ops.stack.waiting import wait_until_ready


def records_file(home: Home) -> Path:
    """Where `Servers` notes the pid and start time of what it has started."""
    return home.run / "servers.json"


def stop_leftovers(home: Home) -> None:
    """Kills what an earlier `Servers` of this home started and did not live to stop."""
    if not records_file(home).exists():
        return
    leftovers: dict[str, tuple[int, float]] = json.loads(records_file(home).read_text())
    for pid, started in leftovers.values():
        kill_tree(ProcessRecord(pid, started))
    records_file(home).unlink()
    if (known := ports.load(home)) is not None:
        rabbitmq.stop_port_mapper(Site.of(home, known))


class Servers:
    """A private set of servers for one home. Start it once per test session; it takes some ten seconds.

    `site` holds every address: `site.environment(service)`, `site.migration_environment(service)`,
    `site.superuser_url(server)`, `site.rabbitmq_url`, `site.redis_url`.
    Names of servers: `order_db`, `payment_db`, `inventory_db`, `rabbitmq`, `redis`.
    """

    def __init__(self, home: Home) -> None:
        self.home = home
        home.create()
        stop_leftovers(home)
        self._reservation, _ = ports.settle(home, prefer_usual=False)
        self.site = Site.of(home, self._reservation.ports)
        self._parts: dict[str, Part] = {}
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> "Servers":
        self.start_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop_all()

    def start_all(self) -> None:
        """Starts every server, waits until all serve, and provisions the roles and databases."""
        machine = find_machine(self.home)
        prepare_all(self.site, machine)
        self._parts = server_parts(self.site, machine)
        self._reservation.release()
        try:
            for part in self._parts.values():
                self._spawn(part)
            for part in self._parts.values():
                self._wait(part)
            provision_all(self.site)
        except BaseException:
            self.stop_all()
            raise

    def stop_all(self) -> None:
        """Stops every server in good order and ends the broker's port mapper. Data stay in the home."""
        with ThreadPoolExecutor() as threads:
            list(threads.map(self._stop, list(self._children)))
        self._save_records()
        rabbitmq.stop_port_mapper(self.site)

    def discard(self) -> None:
        """Kills every server and removes the whole home: the quick end of a temporary one."""
        for name in list(self._children):
            self.kill(name)
        rabbitmq.stop_port_mapper(self.site)
        self._reservation.release()
        accounts.remove(self.home)

    def start(self, name: str) -> None:
        """Starts one server again with its data and waits until it serves. Nothing happens when it runs."""
        if name not in self._children:
            self._spawn(self._parts[name])
        self._wait(self._parts[name])

    def stop(self, name: str) -> None:
        """Asks one server to end and waits for it."""
        self._stop(name)
        self._save_records()

    def kill(self, name: str) -> None:
        """SIGKILL to one server and its children, as a crash would; returns when they are gone."""
        child = self._children.pop(name)
        if record := self._record(child):
            kill_tree(record)
        child.wait()
        self._save_records()

    def pid(self, name: str) -> int:
        """The process id of a server that was started."""
        return self._children[name].pid

    def _spawn(self, part: Part) -> None:
        with part.log.open("ab") as log:
            self._children[part.name] = subprocess.Popen(
                part.command,
                cwd=part.directory,
                env=dict(part.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=part.account.user,
                group=part.account.group,
                extra_groups=part.account.extra_groups,
            )
        self._save_records()

    def _stop(self, name: str) -> None:
        part, child = self._parts[name], self._children.pop(name)
        if record := self._record(child):
            stop_tree(record, part.stop_signal, patience=part.stop_seconds)
        child.wait()

    def _wait(self, part: Part) -> None:
        child = self._children[part.name]
        wait_until_ready(part, gone=lambda: _ended(child))

    def _record(self, child: subprocess.Popen[bytes]) -> ProcessRecord | None:
        return ProcessRecord.of(child.pid) if child.poll() is None else None

    def _save_records(self) -> None:
        records = {name: self._record(child) for name, child in self._children.items()}
        kept = {name: (record.pid, record.started) for name, record in records.items() if record}
        write_whole(records_file(self.home), json.dumps(kept))


def _ended(child: subprocess.Popen[bytes]) -> str | None:
    status = child.poll()
    return None if status is None else f"it ended with status {status}"
