"""Money as providers count it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Money:
    """`amount` in minor units of `currency` (ISO 4217), so 4498 USD is 44.98 dollars."""

    amount: int
    currency: str
