"""The provider in memory, for tests: the same rules, at once, without a database."""

from collections.abc import Generator
from contextlib import contextmanager
from enum import StrEnum

from payment_service.domain.money import Money
from payment_service.providers.books import Books
from payment_service.providers.port import (
    Answer,
    Charged,
    Declined,
    ProviderUnavailable,
    Refunded,
    RefundRefused,
)
from payment_service.providers.rules import (
    Outcome,
    charge_answer,
    charge_ask,
    refund_answer,
    refund_ask,
    settled_answer,
)


class Mishap(StrEnum):
    """FAILS: nothing has happened. LOSES_ITS_ANSWER: it has, and nobody hears of it. The caller cannot tell which."""

    FAILS = "fails"
    LOSES_ITS_ANSWER = "loses its answer"


class FakeProvider:
    """`books` shows every key that was asked and what became of it; `mishap`, while it is set, befalls every call."""

    def __init__(self) -> None:
        self.books = Books()
        self.mishap: Mishap | None = None

    async def charge(self, key: str, price: Money, method: str) -> Charged | Declined:
        with self._befallen():
            return charge_answer(self.books.enter(charge_ask(key, price, method)))

    async def refund(self, key: str, amount: Money, charge_reference: str) -> Refunded | RefundRefused:
        with self._befallen():
            return refund_answer(self.books.enter(refund_ask(key, amount, charge_reference)))

    async def find(self, key: str) -> Answer | None:
        with self._befallen():
            entry = self.books.find(key)
            return settled_answer(entry) if entry else None

    def kept(self) -> int:
        """Minor units that were charged and not returned, over all keys."""
        sign = {Outcome.CHARGED: 1, Outcome.REFUNDED: -1}
        return sum(sign.get(entry.outcome, 0) * entry.ask.amount.amount for entry in self.books)

    @contextmanager
    def _befallen(self) -> Generator[None]:
        if self.mishap is Mishap.FAILS:
            raise ProviderUnavailable("internal error, nothing has happened")
        yield
        if self.mishap is Mishap.LOSES_ITS_ANSWER:
            raise ProviderUnavailable("the answer was lost")
