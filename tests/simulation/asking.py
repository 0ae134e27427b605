"""A request on its way, and what its sender does when no proper answer comes.

Told that nothing was done, the API's queue runs it again at once. When nobody knows, not even by looking, the client is
told so and sends the request again: with other ids, as the API makes them, but with the same idempotency key.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from shared.runtime.submissions import Decided, Failed, Repeated, Submission
from shared.testing.service import MemoryService
from tests.simulation.acts import UnderWay
from tests.simulation.world import World

Answered = Callable[[Decided | Repeated], None]


def asking(
    world: World,
    service: MemoryService[Any],
    request: Callable[[int], Submission],
    answered: Answered,
) -> UnderWay:
    """`request(0)` is what is sent first, `request(1)` the same once more."""
    first = request(0)

    def undone() -> UnderWay:
        if _was_done(service, first):
            world.broken.append(f"race 24: {_name(first)} was said not to be done, but it was")
        return _under_way(world, service, first, answered)

    def unknown() -> UnderWay:
        second = request(1)

        def answered_at_last(outcome: Decided | Repeated) -> None:
            if second.key is not None and _was_done(service, first) and _was_done(service, second):
                world.broken.append(f"race 24: {_name(first)} was sent again with its key, and done twice")
            answered(outcome)

        return _under_way(world, service, second, answered_at_last)

    return _under_way(world, service, first, answered, undone, unknown)


def _nobody() -> None:
    """Tries again."""


def _under_way(
    world: World,
    service: MemoryService[Any],
    submission: Submission,
    answered: Answered,
    undone: Callable[[], UnderWay | None] = _nobody,
    unknown: Callable[[], UnderWay | None] = _nobody,
) -> UnderWay:
    heard = partial(_heard, world, submission, answered)
    return UnderWay(service.start(submission), lambda: None, heard, undone, unknown)


def _heard(world: World, submission: Submission, answered: Answered, outcomes: list[Any]) -> None:
    [outcome] = outcomes
    match outcome:
        case Decided() | Repeated():
            answered(outcome)
        case Failed(error):
            world.failed(_name(submission), error)
        case _:
            world.broken.append(f"{_name(submission)} came to {outcome}")


def _was_done(service: MemoryService[Any], submission: Submission) -> bool:
    return any(event.command_id == submission.context.command_id for event in service.database.events)


def _name(submission: Submission) -> str:
    return type(submission.command).__name__
