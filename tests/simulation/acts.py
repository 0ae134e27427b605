"""What may happen next. An act is data: it can be drawn, replayed, left out and read by a person.

Act
├── Together   processes at work at once: people's requests (`requests`) and the services' own work (`labour`)
└── Event      what befalls the world at one blow: relays, outages, time (`events`)
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

from shared.database.faults import CommitUnknown, Unavailable
from shared.testing.stepping import Run
from tests.simulation.faults import ACKNOWLEDGE, COMMITTING, TOGETHER, Mishap
from tests.simulation.world import World


class Event(Protocol):
    """`str()` of it is a line of the story."""

    def happen(self, world: World) -> None: ...


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A process at work. `committed`: it is done. `answered`: whoever waits has heard of it, as has a broker by an
    acknowledgement. `undone`: they were told that nothing was done; the process that tries again, if one does at once.
    `unknown`: likewise, when nobody could say whether COMMIT took effect.
    """

    run: Run[Any]
    committed: Callable[[], None]
    answered: Callable[[Any], None]
    undone: "Callable[[], UnderWay | None]"
    unknown: "Callable[[], UnderWay | None]"


class Task(Protocol):
    """Something that one process does. None: there is nothing to do, or not yet."""

    def start(self, world: World) -> UnderWay | None: ...


@dataclass(frozen=True, slots=True)
class Work:
    task: Task
    mishap: Mishap | None = None

    def __str__(self) -> str:
        return f"{self.task}, {self.mishap}" if self.mishap else str(self.task)


@dataclass(frozen=True, slots=True)
class Together:
    """`turns` decides who goes next at every point where somebody could."""

    works: tuple[Work, ...]
    turns: int = 0

    def __str__(self) -> str:
        return " | ".join(map(str, self.works))

    def happen(self, world: World) -> None:
        started = [(work, under_way) for work in self.works if (under_way := work.task.start(world))]
        world.faults[TOGETHER] += len(started) > 1
        chance = Random(self.turns)
        while started:
            ready = [pair for pair in started if not pair[1].run.blocked]
            if not ready:
                world.broken.append(f"deadlock: {self}")
                return
            pair = ready[0] if len(ready) == 1 else chance.choice(ready)
            if not _go_on(world, *pair, started):
                started.remove(pair)


def _go_on(world: World, work: Work, under_way: UnderWay, started: list[tuple[Work, UnderWay]]) -> bool:
    """One step. False when the process has come to its end, whichever."""
    run, mishap = under_way.run, work.mishap
    struck = run.at is not None and mishap is not None and _is_at(run.at.name, mishap.at)
    try:
        if struck and mishap is not None:
            _strike(world, mishap, under_way)
        elif run.at is not None:
            run.step()
    except Unavailable:
        _try_again(work, under_way.undone, started)
        return False
    except CommitUnknown:
        _try_again(work, under_way.unknown, started)
        return False
    if run.at is not None:
        return True
    if run.has_ended:
        under_way.committed()
        if mishap is not None and mishap.at == ACKNOWLEDGE:
            world.faults[str(mishap)] += 1
        else:
            under_way.answered(run.result)
    return False


def _try_again(
    work: Work, begin: Callable[[], UnderWay | None], started: list[tuple[Work, UnderWay]]
) -> None:
    if (again := begin()) is not None:
        started.append((Work(work.task), again))


def _strike(world: World, mishap: Mishap, under_way: UnderWay) -> None:
    world.faults[str(mishap)] += 1
    run = under_way.run
    if mishap.at == "committed" and mishap.kind != "is cut":
        under_way.committed()
    if mishap.kind == "dies":
        run.kill()
        return
    world.noted[24] += mishap.at in COMMITTING
    error = ConnectionResetError(mishap.kind)
    if mishap.kind == "is cut":
        run.fail(error)
    else:
        run.fail_for_good(error)


def _is_at(point: str, wanted: str) -> bool:
    return point == wanted or point.startswith(f"{wanted} ")
