"""One load: drives a subject at a rate, looks on, and waits until it is quiet."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from secrets import token_hex
from time import monotonic, process_time

import orjson
from aio_pika.abc import AbstractChannel

from ops.bench.figures import CREATED, Figures, figures_of
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
STANDSTILL = 15.0
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
    plan = Plan(subject.port, _PATH, subject.bodies, rate, seconds, seed, f"bench-{token_hex(6)}")
    queues: list[dict[str, float]] = []
    most: dict[str, float] = {}
    over = asyncio.Event()
    async with (
        sights_of(subject.events_url) as sights,
        open_connection(subject.rabbitmq_url, "bench") as broker,
        _generator(plan) as output,
    ):
        channel = await broker.channel()
        before, began, own = Usage.now(processes), monotonic(), process_time()
        begun = float(await output.readline())
        async with asyncio.TaskGroup() as group:
            group.create_task(sights.look(over))
            group.create_task(_look_at_queues(channel, subject, begun, queues, over, watch))
            group.create_task(_look_at_memory(processes, most, over))
            answers = Answers(**orjson.loads(await output.read()))
            await _quiet(sights, answers.statuses.count(CREATED))
            over.set()
        after, elapsed, looked_on = Usage.now(processes), monotonic() - began, process_time() - own
        figures = figures_of(answers, await sights.moments(), rate, seconds, begun)
    cpu = {name: after.by_process[name] - before.by_process[name] for name in processes}
    cpu |= {"generator": answers.cpu_seconds, "bench": looked_on}
    return Load(figures, cpu, after.busy - before.busy - sum(cpu.values()), most, queues, elapsed)


@asynccontextmanager
async def _generator(plan: Plan) -> AsyncGenerator[asyncio.StreamReader]:
    """The output of a generator that carries out the plan: a line that says when it begins, then the answers."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ops.bench.generator"),
        stdin=PIPE,
        stdout=PIPE,
        cwd=CLONE,
        env=process_environment(),
    )
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(orjson.dumps(asdict(plan)) + b"\n")
        await process.stdin.drain()
        yield process.stdout
        if await process.wait() != 0:
            raise StackError("The load generator failed; what it said is above.")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _quiet(sights: Sights, accepted: int) -> None:
    """Returns when everything that was accepted is confirmed, or nothing has been for a while."""
    confirmed, moved = await sights.confirmed(), monotonic()
    while confirmed < accepted and monotonic() - moved < STANDSTILL:
        await asyncio.sleep(0.25)
        now = await sights.confirmed()
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
