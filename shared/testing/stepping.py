"""Coroutines driven by hand, from one point to the next: a test decides who goes first, who waits and who dies.

There is no event loop. What runs here stands still at the points that its fakes name (each statement, COMMIT and the
answer to it) and nowhere else, so a run is a function of the order in which its steps are taken.
"""

from collections.abc import Callable, Coroutine, Generator, Sequence
from dataclasses import dataclass
from types import coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Point:
    """`name` is what comes next; while not `ready`, it waits for somebody else."""

    name: str
    ready: Callable[[], bool] = _always


class Stuck(Exception):
    """It waits for somebody else who is not going on, or has ended before the point that was named."""


@coroutine
def stand_at(point: Point) -> Generator[Point, None, None]:
    """Stands still until it is told to go on."""
    yield point


class Run(Generic[T]):
    """One coroutine under way, standing `at` a point; None when it has ended."""

    def __init__(self, running: Coroutine[Any, Any, T]) -> None:
        self._coroutine = running
        self._outcome: list[T] = []
        self.at: Point | None = None
        self._go_on()

    @property
    def blocked(self) -> bool:
        return self.at is not None and not self.at.ready()

    @property
    def has_ended(self) -> bool:
        """It has returned: it was neither killed nor did it raise."""
        return bool(self._outcome)

    @property
    def result(self) -> T:
        """What it returned. Stuck when it has not ended, or was killed."""
        if not self._outcome:
            raise Stuck(f"it has not ended: {self.at}")
        return self._outcome[0]

    def step(self) -> None:
        """To the next point. Stuck when it has to wait; raises what the coroutine raises."""
        if self.at is None or self.blocked:
            raise Stuck(f"cannot go on: {self.at}")
        self._go_on()

    def run_to(self, name: str) -> None:
        """Until it stands at the point `name`, or has to wait before it (see `blocked`)."""
        while self.at is not None and self.at.name != name and not self.blocked:
            self._go_on()
        if self.at is None:
            raise Stuck(f"it has ended before {name!r}")

    def finish(self) -> T:
        while self.at is not None:
            self.step()
        return self.result

    def kill(self) -> None:
        """The process dies here: no line of it runs any more, and its connections are cut."""
        self._coroutine.close()
        self.at = None

    def fail(self, error: Exception) -> None:
        """What it is about to do raises `error` instead."""
        self._take(lambda: self._coroutine.throw(error))

    def fail_for_good(self, error: Exception) -> None:
        """Likewise, and so does whatever it tries after that, until its end."""
        while self.at is not None:
            self.fail(error)

    def _go_on(self) -> None:
        self._take(lambda: self._coroutine.send(None))

    def _take(self, move: Callable[[], Any]) -> None:
        try:
            self.at = move()
        except StopIteration as end:
            self.at = None
            self._outcome.append(end.value)
        except BaseException:
            self.at = None
            raise


def complete(running: Coroutine[Any, Any, T]) -> T:
    """Runs it from its start to its end, alone."""
    return Run(running).finish()


def interleave(runs: Sequence[Run[Any]], choose: Callable[[Sequence[Run[Any]]], Run[Any]]) -> None:
    """Runs all to their ends; `choose` says at each step who goes on. Stuck when all wait: a deadlock."""
    while under_way := [run for run in runs if run.at is not None]:
        ready = [run for run in under_way if not run.blocked]
        if not ready:
            raise Stuck(f"deadlock: {[run.at for run in under_way]}")
        choose(ready).step()
