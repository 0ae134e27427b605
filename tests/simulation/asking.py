"""A request on its way: told that nothing was done, it is sent again at once, as the API's queue does."""

from collections.abc import Callable
from typing import Any

from shared.runtime.submissions import Decided, Failed, Repeated, Submission
from shared.testing.service import MemoryService
from tests.simulation.acts import UnderWay
from tests.simulation.world import World


def asking(
    world: World,
    service: MemoryService[Any],
    submission: Submission,
    answered: Callable[[Decided | Repeated], None],
) -> UnderWay:
    command = type(submission.command).__name__

    def heard(outcomes: list[Any]) -> None:
        [outcome] = outcomes
        match outcome:
            case Decided() | Repeated():
                answered(outcome)
            case Failed(error):
                world.broken.append(f"{command} failed: {error!r}")
            case _:
                world.broken.append(f"{command} came to {outcome}")

    def undone() -> UnderWay:
        """Told that nothing was done (race 24): nothing must have been, and it may be asked for again."""
        if any(event.command_id == submission.context.command_id for event in service.database.events):
            world.broken.append(f"race 24: {command} was said not to be done, but it was")
        return UnderWay(service.start(submission), lambda: None, heard, lambda: None)

    return UnderWay(service.start(submission), lambda: None, heard, undone)
