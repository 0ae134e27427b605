"""The supervisor: supervisord with a generated configuration, spoken to over loopback; and what a dead one left."""

import base64
import http.client
import os
import resource
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import psutil

from ops.stack.errors import PartFailed, StackError
from ops.stack.home import Home, write_whole
from ops.stack.journal import Journal
from ops.stack.parts import Part
from ops.stack.processes import ProcessRecord, kill_tree
from ops.stack.site import HOST, Site
from ops.stack.supervisor_configuration import (
    DESCRIPTORS,
    configuration,
    configuration_file,
    journal,
    started_on_purpose,
)


@dataclass(frozen=True, slots=True)
class State:
    """What the supervisor knows of a part. `pid` is None while it has no process; `since` is when it started."""

    name: str
    pid: int | None
    since: float


class Supervisor:
    """The supervisor of one home. Ask `answers()` first: all else needs one that runs."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._home = site.home
        # In a header, since the client's errors quote the address.
        login = base64.b64encode(f"eventflow:{site.passwords['supervisor']}".encode()).decode()
        transport = _Transport(headers=[("Authorization", f"Basic {login}")])
        address = f"http://{HOST}:{site.ports['supervisor']}/RPC2"
        self._remote = cast("Any", xmlrpc.client.ServerProxy(address, transport=transport)).supervisor

    def answers(self) -> bool:
        """Whether a supervisor of this home runs and lets us in."""
        try:
            self._remote.getState()
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):
            return False
        return True

    def start(self, parts: Mapping[str, Part]) -> None:
        """Starts the supervisor itself, knowing these parts; none of them is started yet."""
        self._write(parts)
        journal(self._home).unlink(missing_ok=True)
        # It opens its port before it goes into the background: what is wrong shows here.
        began = subprocess.run(
            [sys.executable, "-m", "supervisor.supervisord", "-c", str(configuration_file(self._home))],
            cwd=self._home.run,
            env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            start_new_session=True,
            check=False,
        )
        deadline = time.monotonic() + 30
        while not self.answers():
            if began.returncode != 0 or time.monotonic() > deadline:
                raise PartFailed(
                    "The supervisor did not start; correct what it says and run make up again.",
                    began.stderr.splitlines()[-20:],
                )
            time.sleep(0.02)

    def apply(self, parts: Mapping[str, Part]) -> None:
        """Makes a running supervisor know exactly these parts. A part whose settings changed is left stopped."""
        self._write(parts)
        added, changed, removed = self._remote.reloadConfig()[0]
        self.stop_parts([*changed, *removed])
        for name in [*changed, *removed]:
            self._remote.removeProcessGroup(name)
        for name in [*added, *changed]:
            self._remote.addProcessGroup(name)

    def states(self) -> dict[str, State]:
        """Every part that the supervisor knows."""
        found = cast("list[dict[str, Any]]", self._remote.getAllProcessInfo())
        return {one["name"]: State(one["name"], one["pid"] or None, float(one["start"])) for one in found}

    def start_part(self, name: str) -> None:
        """Has the part started, and started again whenever it ends. Nothing happens when it runs."""
        started_on_purpose(self._home, name).touch()
        try:
            self._remote.startProcess(name, False)
        except xmlrpc.client.Fault as fault:
            if "ALREADY_STARTED" not in fault.faultString:
                raise StackError(f"The supervisor refused to start {name}: {fault.faultString}.") from fault

    def stop_parts(self, names: Iterable[str]) -> None:
        """Stops the parts side by side, each in its own way, and returns when all have ended."""
        stopping = list(names)
        for name in stopping:
            try:
                self._remote.stopProcess(name, False)
            except xmlrpc.client.Fault as fault:
                if "NOT_RUNNING" not in fault.faultString:
                    raise StackError(
                        f"The supervisor refused to stop {name}: {fault.faultString}."
                    ) from fault
        while any(state.pid for name, state in self.states().items() if name in stopping):
            time.sleep(0.1)

    def shut_down(self) -> None:
        """Ends the supervisor, whose parts have been stopped; returns when it is gone."""
        record = find_supervisor(self._home)
        self._remote.shutdown()
        deadline = time.monotonic() + 60
        while record and record.alive() and time.monotonic() < deadline:
            time.sleep(0.05)

    def _write(self, parts: Mapping[str, Part]) -> None:
        file = configuration_file(self._home)
        file.parent.mkdir(exist_ok=True)
        descriptors = min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], DESCRIPTORS)
        write_whole(file, configuration(self._site, parts.values(), descriptors), mode=0o600)


def find_supervisor(home: Home) -> ProcessRecord | None:
    """The supervisord that was started with this home's configuration, whether or not it answers."""
    file = str(configuration_file(home))
    for process in psutil.process_iter():
        try:
            command = process.cmdline()
            if "supervisor.supervisord" in command and file in command:
                return ProcessRecord(process.pid, process.create_time())
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return None


def kill_orphans(home: Home) -> list[str]:
    """Kills a supervisor that no longer answers, and the parts that one left behind; their names.

    Each is recognised by pid and start time, as the journal tells them.
    """
    if supervisor := find_supervisor(home):
        kill_tree(supervisor)
    killed: list[str] = []
    for name, records in Journal.read(journal(home)).spawned.items():
        if records[-1].alive():
            kill_tree(records[-1])
            killed.append(name)
    return killed


class _Transport(xmlrpc.client.Transport):
    """Waits 10 s at most for an answer, and keeps no connection open."""

    def make_connection(self, host: Any) -> http.client.HTTPConnection:
        connection = super().make_connection(host)
        connection.timeout = 10
        return connection

    def single_request(self, *arguments: Any, **named: Any) -> Any:
        try:
            return super().single_request(*arguments, **named)
        finally:
            self.close()
