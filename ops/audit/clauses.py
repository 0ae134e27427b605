"""What the audit proves, clause by clause.

Source: docs/specification.md, "Invariants"; the names are those of the page.
"""

from dataclasses import dataclass
from enum import StrEnum


class Clause(StrEnum):
    """The value is what people read."""

    ENDS = "I1"
    STOCK = "I2"
    MONEY = "I3"
    LEDGER = "I4"
    FOLDS = "I5"
    DELIVERIES = "I6"
    VERSIONS = "I7"


PROMISES = {
    Clause.ENDS: "every order has ended or waits for people, and shows what became of its payment and its stock",
    Clause.STOCK: "0 <= reserved <= on hand, and reserved is what reservations hold",
    Clause.MONEY: "what was taken and returned fits how the order ended",
    Clause.LEDGER: "the provider's ledger says the same as the payments, key by key",
    Clause.FOLDS: "every row and projection is the fold of its events",
    Clause.DELIVERIES: "every event was published and took effect in each queue, or is a dead letter, or was discarded by name",
    Clause.VERSIONS: "the versions of every stream go from 1 without gap",
}


@dataclass(frozen=True, slots=True)
class Offender:
    """Who breaks a clause, in one sentence, with the command that shows it.

    `seen` is what would have changed had it moved: the same offender with the same `seen` has not.
    """

    clause: Clause
    subject: str
    problem: str
    command: str
    seen: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Suspect:
    """What may be an offender, or only on its way: another look at it tells.

    `under_way` says that this look found what may still move it.
    """

    offender: Offender
    under_way: bool
