"""What a mixed crowd wants: good and bad cards, scarce goods, double clicks, and second thoughts."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.e2e.shop import PRICES, Json, Shop

GOOD_METHODS = ("pm_card_visa", "pm_card_mastercard")
# Of a hundred orders so many are paid by these.
ODD_METHODS = {
    "pm_test_timeout": 5,
    "pm_test_error_then_ok": 4,
    "pm_test_refund_fails": 5,
    "pm_test_slow": 2,
}
BAD_METHODS = {
    "pm_card_chargeDeclined": 4,
    "pm_card_chargeDeclinedInsufficientFunds": 3,
    "pm_card_chargeDeclinedExpiredCard": 3,
    "pm_never_heard_of": 2,
}
WITH_SCARCE_GOODS = 0.2
TWICE = 0.1
# A refund that is refused at first takes a cancelled order to be seen.
CANCELLED, CANCELLED_REFUSING_REFUNDS = 0.15, 0.5
# At once, or so many accepted orders later.
MOMENTS = (0, 0, 5, 20, 50, 100, 200)


@dataclass(eq=False, slots=True)
class Wish:
    """One order that somebody wants, and what came of it.

    `twice`: submitted twice at once with one key. `cancel_after`: so many later orders, or never. `cancelled` is
    what the service said to that.
    """

    key: str
    body: Json
    total: int
    twice: bool
    cancel_after: int | None
    order_id: str = ""
    cancelled: bool = False

    @property
    def declined(self) -> bool:
        return self.body["payment_method"] in BAD_METHODS


def wishes(
    chance: random.Random, count: int, plentiful: Sequence[str], scarce: Sequence[str]
) -> Iterator[Wish]:
    """So many wishes, the same for the same chance. `plentiful` and `scarce` are SKUs at the usual prices."""
    for number in range(count):
        method = _method(chance)
        skus = chance.choices(plentiful, k=chance.choice((1, 1, 2, 3)))  # a SKU may be on two lines
        if chance.random() < WITH_SCARCE_GOODS:
            skus.append(chance.choice(scarce))
        lines = [(sku, chance.randint(1, 3)) for sku in skus]
        currency = chance.choice(tuple(PRICES))
        often = CANCELLED_REFUSING_REFUNDS if method == "pm_test_refund_fails" else CANCELLED
        yield Wish(
            key=f"{chance.getrandbits(64):016x}",
            body=Shop.order_input(
                *lines,
                currency=currency,
                payment_method=method,
                customer_id=f"load-{number % 100}",
            ),
            total=sum(quantity for _, quantity in lines) * PRICES[currency],
            twice=chance.random() < TWICE,
            cancel_after=chance.choice(MOMENTS) if chance.random() < often else None,
        )


def _method(chance: random.Random) -> str:
    good = 100 - sum(ODD_METHODS.values()) - sum(BAD_METHODS.values())
    weights = [good / len(GOOD_METHODS) for _ in GOOD_METHODS]
    weights += [*ODD_METHODS.values(), *BAD_METHODS.values()]
    [method] = chance.choices([*GOOD_METHODS, *ODD_METHODS, *BAD_METHODS], weights)
    return method
