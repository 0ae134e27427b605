"""A case told as a story: who did what, what arrived, what was decided, and what was wrong in the end."""

from tests.simulation.case import Case, Quiet, happen
from tests.simulation.world import World


def tell(case: Case) -> str:
    """Numbered lines. Below each, what the services stored because of it."""
    world = World(case.opening)
    telling = _Telling(world)
    world.say = telling.say
    for act in (*case.acts, Quiet()):
        telling.say(str(act))
        happen(world, act)
        if world.broken:
            break
    shelves = ", ".join(f"{shelf.units} {shelf.sku} at {shelf.price}" for shelf in case.opening.shelves)
    inbox = "with" if case.opening.remembers else "without"
    opening = f"A shop {inbox} an inbox; on the shelves {shelves}."
    wrong = [f"WRONG: {world.readable(sentence)}" for sentence in world.broken] or ["All is well."]
    return "\n".join([opening, *telling.lines(), *wrong])


class _Telling:
    def __init__(self, world: World) -> None:
        self._world = world
        self._told = world.positions()
        self._lines: list[str] = []
        self._steps = 0

    def say(self, line: str) -> None:
        self._close()
        self._steps += 1
        self._lines.append(f"{self._steps:4}. {line}")

    def lines(self) -> list[str]:
        self._close()
        return self._lines

    def _close(self) -> None:
        for recorded in self._world.news(self._told):
            self._lines.append(
                f"        -> {recorded.type} of {self._world.label(recorded.row_id)} v{recorded.version}"
            )
        self._told = self._world.positions()
