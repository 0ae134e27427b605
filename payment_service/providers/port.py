"""What we ask of a payment provider, whichever it is.

ProviderError
├── ProviderUnavailable   the outcome is unknown: ask again with the same key
└── KeyMisused            one key, two different requests: a bug of ours
"""

from dataclasses import dataclass
from typing import Protocol

from payment_service.domain.money import Money


class ProviderError(Exception):
    """Base of the two below."""


class ProviderUnavailable(ProviderError):
    """Timeout, lost connection or an error on their side. Whether money moved is unknown."""


class KeyMisused(ProviderError):
    """The key belongs to a request with other content."""


@dataclass(frozen=True, slots=True)
class Charged:
    reference: str


@dataclass(frozen=True, slots=True)
class Declined:
    """For good: the same key gives the same answer."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Refunded:
    reference: str


@dataclass(frozen=True, slots=True)
class RefundRefused:
    """For good: the same key gives the same answer; another key may be accepted."""

    code: str
    message: str


Answer = Charged | Declined | Refunded | RefundRefused


class PaymentProvider(Protocol):
    """Idempotent by key: however often a key is asked, money moves once at most and the answer stays the same.

    Every method raises ProviderUnavailable when the outcome is unknown.
    """

    async def charge(self, key: str, price: Money, method: str) -> Charged | Declined: ...

    async def refund(self, key: str, amount: Money, charge_reference: str) -> Refunded | RefundRefused:
        """Returns a part of the charge that `charge_reference` names."""
        ...

    async def find(self, key: str) -> Answer | None:
        """What became of a key; None while nothing has."""
        ...
