"""Money is counted in minor units of one currency; it is never a float."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Money:
    """`amount` in minor units (cents) of the ISO 4217 `currency`."""

    amount: int
    currency: str


NO_MONEY = Money(0, "")
