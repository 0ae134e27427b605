"""One seed, one case: what is drawn from it, what comes of it, and the same again from what was drawn."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from tests.simulation.acts import Event
from tests.simulation.books import check
from tests.simulation.drawing import Drawing
from tests.simulation.opening import Opening, draw_opening
from tests.simulation.races import occurred
from tests.simulation.world import World

ORDERS_AT_LEAST = 20
ACTS_AT_LEAST = 110
# A story that is not over by then has lost its way.
_ACTS_AT_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nothing goes wrong any more, everything comes to rest, and the books are looked at. `turns` is the order."""

    turns: int = 0

    def __str__(self) -> str:
        return "everything comes to rest"

    def happen(self, world: World) -> None:
        world.settle_in_any_order(Random(self.turns))
        world.broken = check(world)


@dataclass(frozen=True, slots=True)
class Case:
    opening: Opening
    acts: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case. `wrong` are the sentences of the first quiet point at which anything was; `crashed` when
    they tell of an error that nobody meant to raise.
    """

    case: Case
    wrong: Sequence[str]
    races: Counter[int]
    orders: int
    faults: Counter[str]
    crashed: bool


def play(seed: int) -> Outcome:
    """Draws the case of this seed while it is played: two quiet points, one of them in the middle."""
    chance = Random(seed)
    opening = draw_opening(chance)
    world = World(opening)
    drawing = Drawing(world, chance, ORDERS_AT_LEAST + chance.randint(0, 2))
    quiet_at = chance.randint(ACTS_AT_LEAST // 3, ACTS_AT_LEAST * 2 // 3)
    acts: list[Event] = []
    while not world.broken and len(acts) < _ACTS_AT_MOST:
        done = len(acts) >= ACTS_AT_LEAST and drawing.all_ordered
        quiet = done or len(acts) == quiet_at
        act = Quiet(chance.getrandbits(16)) if quiet else drawing.next()
        acts.append(act)
        happen(world, act)
        if done:
            break
    return _outcome(world, Case(opening, tuple(acts)))


def replay(case: Case) -> Outcome:
    """Plays these acts; what is not possible does not happen. The books are looked at in the end, whatever else."""
    world = World(case.opening)
    for act in (*case.acts, Quiet()):
        happen(world, act)
        if world.broken:
            break
    return _outcome(world, case)


def happen(world: World, act: Event) -> None:
    try:
        act.happen(world)
    except Exception as error:  # noqa: BLE001 - whatever the services raise is what was to be found
        world.failed(str(act), error)


def _outcome(world: World, case: Case) -> Outcome:
    orders = len(world.orders.database.committed("orders"))
    wrong = [world.readable(sentence) for sentence in world.broken]
    return Outcome(case, wrong, occurred(world), orders, world.faults, world.crashed)
