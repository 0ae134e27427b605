"""How a shop begins."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Shelf:
    sku: str
    units: int
    price: int
    threshold: int


@dataclass(frozen=True, slots=True)
class Opening:
    """How the shop begins. Without an inbox (`remembers` is False) only deciders know a repeat when they hear one."""

    shelves: tuple[Shelf, ...]
    remembers: bool


def draw_opening(chance: Random) -> Opening:
    """One product of which there is plenty, and two that are scarce."""
    shelves = (
        Shelf("MUG", chance.randint(20, 40), 1999, 5),
        Shelf("TEA", chance.randint(3, 8), 700, 2),
        Shelf("CUP", chance.randint(1, 3), 4500, 0),
    )
    return Opening(shelves, remembers=chance.random() < 0.7)
