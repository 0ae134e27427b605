"""Carries a plan out, one fault after the other, and notes how long everything took to come back."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any

import psutil

from ops.stack.processes import ProcessRecord, kill_tree
from shared.crash_points import CrashPoint
from tests.chaos.arena import INSTANCES, PROVIDER, PROVIDER_IN_VAIN, Arena
from tests.chaos.leaders import Election
from tests.chaos.plan import Deed, Fault
from tests.chaos.tally import Tally
from tests.e2e.waiting import NotYet, until

IN_VAIN_FOR = 12.0
LOOK_EVERY = 0.2


class Havoc:
    """Does one thing every `every` seconds, or as soon as the one before is done."""

    def __init__(self, arena: Arena, tally: Tally, every: float) -> None:
        self._arena = arena
        self._tally = tally
        self._every = every
        self._in_vain: list[asyncio.Task[None]] = []
        self._serving: dict[str, int] = {}
        self._away: dict[str, float] = {}

    async def wreak(self, faults: Iterable[Fault]) -> None:
        """Returns when the last is done; what it has hit may still be on its way back."""
        loop = asyncio.get_running_loop()
        for fault in faults:
            began = loop.time()
            await self._commit(fault)
            await asyncio.sleep(max(0.0, began + self._every - loop.time()))
        await asyncio.gather(*self._in_vain)

    @asynccontextmanager
    async def watching(self) -> AsyncGenerator[None]:
        """Inside the block it is noted how long each part is away."""
        watching = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    async def everybody_is_back(self) -> None:
        """Returns when every instance serves again, each by itself."""

        async def look() -> None:
            if self._away:
                raise NotYet(f"{sorted(self._away)} are away")

        await until("everybody is back", look, within=120, every=LOOK_EVERY)

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        self._serving = serving = await self._arena.pids()
        while True:
            pids = await self._arena.pids()
            for name in self._arena.parts:
                if serving.get(name) == pids.get(name) and name in serving:
                    continue
                self._away.setdefault(name, loop.time())
                serving.pop(name, None)
                if await self._serves(name, pids.get(name)):
                    serving[name] = pids[name]
                    self._tally.came_back(name, loop.time() - self._away.pop(name))
            await asyncio.sleep(LOOK_EVERY)

    async def _commit(self, fault: Fault) -> None:
        match fault:
            case Fault(Deed.AT_POINT, service, CrashPoint() as point, passings):
                await self._die_at(service, point, passings)
            case Fault(Deed.KILL, name):
                await self._kill(name)
                self._tally.kills[f"at random: {name.partition('-')[0]}"] += 1
            case Fault(Deed.KILL_LEADER, service):
                await self._kill_leader(service)
            case Fault(Deed.ASK_TO_STOP, name):
                await self._ask_to_stop(name)
            case Fault(Deed.SILENCE, service):
                self._tally.other[Deed.SILENCE] += await self._silence(service)
            case Fault(Deed.PROVIDER_IN_VAIN, name):
                self._in_vain.append(asyncio.create_task(self._leave_in_vain(name)))
            case _:
                raise AssertionError(fault)

    async def _silence(self, service: str) -> int:
        async def look() -> int:
            silenced = sum(wire.go_dead() for wire in self._arena.wires[service].values())
            if not silenced:
                raise NotYet("nobody is connected")
            return silenced

        return await until(f"connections of {service} are silenced", look, within=120, every=LOOK_EVERY)

    async def _die_at(self, service: str, point: CrashPoint, passings: int) -> None:
        order = self._arena.order(service, point, passings)

        async def look() -> None:
            with suppress(FileNotFoundError):
                raise NotYet(f"{order.stat().st_size} passings to go")

        await until(f"an instance of {service} dies at {point}", look, within=180)
        self._tally.kills[f"{point}: {service}"] += 1

    async def _kill(self, name: str) -> None:
        """Waits for the part to have a process, if it has none just now or dies before we come to it."""

        async def look() -> None:
            pid = await self._pid(name)
            if not _runs(pid):
                raise NotYet("it has died already")
            await asyncio.to_thread(kill_tree, ProcessRecord.of(pid))

        await until(f"{name} is killed", look, within=120)

    async def _kill_leader(self, service: str) -> None:
        await self._arena.ready(f"{service}_db")
        async with Election(self._arena, service) as election:
            name, server_process = await election.leader()
            await self._kill(name)
            killed = asyncio.get_running_loop().time()
            await election.moved_from(server_process)
        took = asyncio.get_running_loop().time() - killed
        self._tally.kills[f"leading relay: {service}"] += 1
        self._tally.handovers += 1
        self._tally.handover = max(self._tally.handover, took)

    async def _ask_to_stop(self, name: str) -> None:
        """Of a part that serves: it has work to finish."""

        async def serving() -> psutil.Process:
            try:
                return psutil.Process(self._serving[name])
            except (KeyError, psutil.NoSuchProcess):
                raise NotYet("it does not") from None

        process = await until(f"{name} serves", serving, within=120, every=LOOK_EVERY)
        process.send_signal(signal.SIGTERM)
        asked = asyncio.get_running_loop().time()

        async def look() -> None:
            if _runs(process.pid):
                raise NotYet("it runs")

        await until(f"{name} ends", look, within=30)
        took = asyncio.get_running_loop().time() - asked
        self._tally.other[f"{Deed.ASK_TO_STOP}: {name.partition('-')[0]}"] += 1
        self._tally.drained_in = max(self._tally.drained_in, took)

    async def _leave_in_vain(self, name: str) -> None:
        await self._arena.reconfigure(name, PROVIDER_IN_VAIN)
        self._tally.other[Deed.PROVIDER_IN_VAIN] += 1
        await asyncio.sleep(IN_VAIN_FOR)
        await self._arena.reconfigure(name, PROVIDER)

    async def _pid(self, name: str) -> int:
        async def look() -> int:
            pid = (await self._arena.pids()).get(name)
            if pid is None:
                raise NotYet("it has no process")
            return pid

        return await until(f"{name} runs", look, within=120, every=LOOK_EVERY)

    async def _serves(self, name: str, pid: int | None) -> bool:
        """An instance of a service shares its port, so what counts is that it listens there itself."""
        if pid is None:
            return False
        service = name.partition("-")[0]
        if service not in INSTANCES:
            return await asyncio.to_thread(self._arena.parts[name].probe) is None
        try:
            connections: list[Any] = await asyncio.to_thread(psutil.Process(pid).net_connections, "tcp")
        except psutil.NoSuchProcess:
            return False
        port = self._arena.site.ports[service]
        return any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in connections)


def _runs(pid: int) -> bool:
    """Whether it can still be killed: one that nobody has buried yet cannot."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
