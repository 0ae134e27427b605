"""One load: drives a subject at a rate, looks on, and waits until it is quiet."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from secrets import token_hex
from time import monotonic, process_time
from typing import NoReturn

import orjson
from aio_pika.abc import AbstractChannel

from ops.bench.figures import Figures, figures_of
from ops.bench.generator import Answers, Plan
from ops.bench.sights import Sights, sights_of
from ops.bench.subject import Subject
from ops.bench.usage import Usage, memory
from ops.stack.errors import StackError
from ops.stack.home import CLONE
from ops.stack.processes import ProcessRecord
from ops.stack.site import process_environment
from shared.messaging.connection import open_connection
from shared.stopping import pause_until

# No order was confirmed for so long: what is still missing does not come.
STANDSTILL = 30.0
_QUEUES_EVERY = 1.0
_MEMORY_EVERY = 5.0
_PATH = "/orders"

Watch = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Load:
    """What came of a load. CPU is in seconds, memory in MB, both by process; queues hold messages of many events."""

    figures: Figures
    cpu: Mapping[str, float]
    others_cpu: float
    memory: Mapping[str, float]
    queues: list[dict[str, float]]
    elapsed: float


async def drive(subject: Subject, rate: float, seconds: float, *, seed: int, watch: Watch) -> Load:
    """Drives the subject and returns when it is quiet. `watch` is told once a second how long the load has lasted."""
    processes = subject.processes
    key = f"bench-{token_hex(6)}"
    plan = Plan(subject.port, _PATH, subject.bodies, subject.token, rate, seconds, seed, key)
    queues: list[dict[str, float]] = []
    most: dict[str, float] = {}
    over = asyncio.Event()
    async with (
        sights_of(subject.events_url) as sights,
        open_connection(subject.rabbitmq_url, "bench") as broker,
        generating(plan) as generator,
    ):
        channel = await broker.channel()
        before, began, own = Usage.now(processes), monotonic(), process_time()
        begun = await generator.begun()
        looking = asyncio.gather(
            sights.look(over),
            _look_at_queues(channel, subject, begun, queues, over, watch),
            _look_at_memory(processes, most, over),
        )
        try:
            answers = await generator.answers()
            await _quiet(sights, [order_id for order_id in answers.ids if order_id is not None])
        finally:
            over.set()
            await looking
        after, elapsed, looked_on = Usage.now(processes), monotonic() - began, process_time() - own
        figures = figures_of(answers, await sights.moments(), rate, seconds, begun)
    cpu = {name: after.by_process[name] - before.by_process[name] for name in processes}
    cpu |= {"generator": answers.cpu_seconds, "bench": looked_on}
    return Load(figures, cpu, after.busy - before.busy - sum(cpu.values()), most, queues, elapsed)


class Generating:
    """A generator at work in a process of its own."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def begun(self) -> float:
        """When its load begins, on the monotonic clock."""
        return float(await self._output().readline() or await self._failed())

    async def answers(self) -> Answers:
        """What came back, once all of it has. StackError when the process did not live to tell."""
        told = await self._output().read()
        if await self._process.wait() != 0:
            await self._failed()
        return Answers(**orjson.loads(told))

    async def _failed(self) -> NoReturn:
        status = await self._process.wait()
        raise StackError(f"The load generator ended with status {status}; see what it said above.")

    def _output(self) -> asyncio.StreamReader:
        assert self._process.stdout is not None
        return self._process.stdout


@asynccontextmanager
async def generating(plan: Plan) -> AsyncGenerator[Generating]:
    """A generator that carries out the plan; it does not outlive the block."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ops.bench.generator"),
        stdin=PIPE,
        stdout=PIPE,
        cwd=CLONE,
        env=process_environment(),
    )
    try:
        assert process.stdin is not None
        process.stdin.write(orjson.dumps(asdict(plan)) + b"\n")
        await process.stdin.drain()
        yield Generating(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _quiet(sights: Sights, accepted: Sequence[str]) -> None:
    """Returns when every order that was accepted is confirmed, or none has been for a while."""
    confirmed, moved = await sights.confirmed(accepted), monotonic()
    while confirmed < len(accepted) and monotonic() - moved < STANDSTILL:
        await asyncio.sleep(0.25)
        now = await sights.confirmed(accepted)
        if now > confirmed:
            confirmed, moved = now, monotonic()


async def _look_at_queues(
    channel: AbstractChannel,
    subject: Subject,
    begun: float,
    found: list[dict[str, float]],
    over: asyncio.Event,
    watch: Watch,
) -> None:
    while not over.is_set():
        look: dict[str, float] = {"at_s": round(monotonic() - begun, 1)}
        for name in subject.queues:
            declared = await channel.declare_queue(name, passive=True)
            look[name] = declared.declaration_result.message_count or 0
        found.append(look)
        watch(look["at_s"])
        await pause_until(over, _QUEUES_EVERY)


async def _look_at_memory(
    processes: Mapping[str, ProcessRecord], most: dict[str, float], over: asyncio.Event
) -> None:
    while not over.is_set():
        for name, size in memory(processes).items():
            most[name] = max(size, most.get(name, 0.0))
        await pause_until(over, _MEMORY_EVERY)
