"""The provider in memory, for tests: the same rules, at once, without a database."""

from payment_service.domain.money import Money
from payment_service.providers.books import Books
from payment_service.providers.port import Answer, Charged, Declined, Refunded, RefundRefused
from payment_service.providers.rules import (
    Outcome,
    charge_answer,
    charge_ask,
    refund_answer,
    refund_ask,
    settled_answer,
)


class FakeProvider:
    """`books` shows every key that was asked and what became of it."""

    def __init__(self) -> None:
        self.books = Books()

    async def charge(self, key: str, price: Money, method: str) -> Charged | Declined:
        return charge_answer(self.books.enter(charge_ask(key, price, method)))

    async def refund(self, key: str, amount: Money, charge_reference: str) -> Refunded | RefundRefused:
        return refund_answer(self.books.enter(refund_ask(key, amount, charge_reference)))

    async def find(self, key: str) -> Answer | None:
        entry = self.books.find(key)
        return settled_answer(entry) if entry else None

    def kept(self) -> int:
        """Minor units that were charged and not returned, over all keys."""
        sign = {Outcome.CHARGED: 1, Outcome.REFUNDED: -1}
        return sum(sign.get(entry.outcome, 0) * entry.ask.amount.amount for entry in self.books)
