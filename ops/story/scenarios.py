"""The demo's orders: what each is placed with, what is done to it when, and the end that is announced."""

from dataclasses import dataclass, field
from typing import Literal

from ops.story.situation import Situation

Deed = Literal["cancel", "PROCESSING", "SHIPPED", "DELIVERED"]


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does to the order as soon as an event of type `after` is there."""

    after: str
    deed: Deed


@dataclass(frozen=True, slots=True)
class End:
    """Statuses of the order, its payment and its reservation, each as its own service has it; any of several will do."""

    order: str
    payment: frozenset[str]
    reservation: str

    def is_that_of(self, situation: Situation) -> bool:
        order = situation.story.order
        return (
            order is not None
            and order["status"] == self.order
            and situation.payment in self.payment
            and situation.reservation == self.reservation
        )


@dataclass(frozen=True, slots=True)
class Scenario:
    """`sold_out`: it orders more than there is."""

    title: str
    end: End
    payment_method: str = "pm_card_visa"
    sold_out: bool = False
    acts: tuple[Act, ...] = field(default=())


def _end(order: str, payment: str, reservation: str) -> End:
    return End(order, frozenset(payment.split("|")), reservation)


SCENARIOS = (
    Scenario("The card is charged", _end("CONFIRMED", "COMPLETED", "RESERVED")),
    Scenario(
        "The card is declined",
        _end("FAILED", "FAILED", "RELEASED"),
        payment_method="pm_card_chargeDeclined",
    ),
    Scenario("There is not enough in stock", _end("FAILED", "CANCELLED", "REJECTED"), sold_out=True),
    # Which of the two depends on who is first: nothing was taken, or all of it was returned.
    Scenario(
        "Cancelled at once, before the payment",
        _end("CANCELLED", "CANCELLED|REFUNDED", "RELEASED"),
        acts=(Act("order.created", "cancel"),),
    ),
    Scenario(
        "Cancelled while the provider is charging",
        _end("CANCELLED", "REFUNDED", "RELEASED"),
        payment_method="pm_test_slow",
        acts=(Act("payment.charge_requested", "cancel"),),
    ),
    Scenario(
        "Cancelled after the payment",
        _end("CANCELLED", "REFUNDED", "RELEASED"),
        acts=(Act("order.confirmed", "cancel"),),
    ),
    Scenario(
        "The provider's first answer is lost",
        _end("CONFIRMED", "COMPLETED", "RESERVED"),
        payment_method="pm_test_timeout",
    ),
    Scenario(
        "Shipped and delivered",
        _end("DELIVERED", "COMPLETED", "FULFILLED"),
        acts=(
            Act("order.confirmed", "PROCESSING"),
            Act("order.processing_started", "SHIPPED"),
            Act("reservation.fulfilled", "DELIVERED"),
        ),
    ),
)
