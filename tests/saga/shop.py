"""What people do in the shop, and what they can see of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from inventory_service.domain.product import AdjustStock, CatalogueEntry, ChangeProduct, CreateProduct
from inventory_service.domain.reservation import Reservation
from inventory_service.tables import RESERVATIONS, STOCK
from order_service.api.refusals import problem_of
from order_service.api.resources import order_document
from order_service.domain.commands import (
    CancelOrder,
    DeliverOrder,
    PlaceOrder,
    ShipOrder,
    StartProcessing,
    WantedLine,
)
from order_service.domain.lifecycle import CancelReason
from order_service.domain.order import Order
from order_service.tables import ORDERS
from payment_service.domain.commands import RequestRefund, RetryRefund
from payment_service.domain.payment import Payment
from payment_service.tables import PAYMENTS
from shared.eventsourcing.metadata import Actor, Context
from shared.http.idempotency import IdempotencyKey, StoredAnswer
from shared.runtime.submissions import Decided, Outcome, Submission
from tests.saga.machinery import EXPIRY, Machinery

CUSTOMER = "customer-1"
STAFF_ID = "anonymous"
STAFF = Actor(STAFF_ID, "staff")
VISA = "pm_card_visa"


class Shop(Machinery):
    """Requests come as the APIs make commands of them; what comes of them is returned, a refusal too."""

    def __init__(self, *, remembers: bool = True) -> None:
        super().__init__(remembers=remembers)
        self.asked_back: set[UUID] = set()
        """Refunds that staff asked for and were granted."""

    # Merchandisers

    def stock(self, sku: str, units: int, *, price: int = 1999, threshold: int = 0) -> None:
        """A product on sale, known to the order service."""
        entry = CatalogueEntry(
            sku.title(), self.clock.now, prices={"USD": price}, low_stock_threshold=threshold
        )
        self.manage(CreateProduct(sku, entry))
        if units:
            self.manage(AdjustStock(sku, units, "received"))
        self.inventory.relay()
        self.hear("order", "inventory.updated")

    def manage(self, command: CreateProduct | ChangeProduct | AdjustStock) -> Decided:
        return decided(self.inventory.handle(self.managing(command)))

    def managing(
        self, command: CreateProduct | ChangeProduct | AdjustStock, key: str | None = None
    ) -> Submission:
        return self._submission(command, about=self.ids.new(), key=_key(STAFF_ID, key), answer=_shortly)

    # Shoppers

    def place(self, *lines: tuple[str, int], method: str = VISA) -> UUID:
        """The id of an order that is PENDING now."""
        order_id = self.ids.new()
        wanted = (WantedLine(sku, quantity) for sku, quantity in lines)
        outcome = decided(self.orders.handle(self.placing(order_id, *wanted, method=method)))
        assert outcome.refusal is None, outcome.refusal
        return order_id

    def placing(
        self, order_id: UUID, *lines: WantedLine, method: str = VISA, key: str | None = None
    ) -> Submission:
        """`POST /orders`; the API makes a new `order_id` for every request."""
        command = PlaceOrder(
            order_id=order_id,
            number=f"EF-{order_id.hex[-6:]}",
            customer_id=CUSTOMER,
            lines=lines,
            currency="USD",
            payment_method=method,
            expires_at=self.clock.now + EXPIRY,
        )

        def answer(outcome: Decided) -> StoredAnswer:
            if outcome.refusal is not None:
                problem = problem_of(outcome.refusal)
                return StoredAnswer(problem.status, {"slug": problem.slug, "detail": problem.detail})
            row = outcome.rows.row(ORDERS, str(order_id))
            return StoredAnswer(201, order_document(order_id, row))

        return self._submission(command, about=order_id, key=_key(CUSTOMER, key, repr(lines)), answer=answer)

    def cancel(self, order_id: UUID, reason: CancelReason = CancelReason.CUSTOMER_REQUEST) -> Decided:
        return self.steer(CancelOrder(order_id, reason))

    # Staff

    def ship(self, order_id: UUID) -> None:
        """Through processing to SHIPPED."""
        for command in (StartProcessing(order_id), ShipOrder(order_id, "TRACK-1")):
            refusal = self.steer(command).refusal
            assert refusal is None, refusal

    def steer(self, command: CancelOrder | StartProcessing | ShipOrder | DeliverOrder) -> Decided:
        return decided(self.orders.handle(self.steering(command)))

    def steering(self, command: CancelOrder | StartProcessing | ShipOrder | DeliverOrder) -> Submission:
        return self._submission(command, about=command.order_id)

    def refund(self, order_id: UUID, amount: int | None = None) -> Decided:
        """Staff return `amount`, or all that is left."""
        return self.granted(
            self.payments.handle(self.refunding(RequestRefund(order_id, self.ids.new(), amount, "goodwill")))
        )

    def retry_refund(self, order_id: UUID, refund_id: UUID) -> Decided:
        return self.granted(
            self.payments.handle(self.refunding(RetryRefund(order_id, refund_id, self.ids.new())))
        )

    def refunding(self, command: RequestRefund | RetryRefund, key: str | None = None) -> Submission:
        """The API makes a new id for the refund of every request."""
        return self._submission(command, about=command.order_id, key=_key(STAFF_ID, key), answer=_shortly)

    def granted(self, outcomes: list[Outcome]) -> Decided:
        """Remembers the refund that staff were granted, if they were."""
        outcome = decided(outcomes)
        self.asked_back |= {recorded.event.refund_id for recorded in outcome.events}
        return outcome

    # What there is to see

    def order(self, order_id: UUID) -> Order:
        return self.orders.state(ORDERS, order_id)

    def payment(self, order_id: UUID) -> Payment:
        return self.payments.state(PAYMENTS, order_id)

    def reservation(self, order_id: UUID) -> Reservation:
        return self.inventory.state(RESERVATIONS, order_id)

    def level(self, sku: str) -> tuple[int, int]:
        """Units on hand, and how many of them are reserved."""
        stock = self.inventory.state(STOCK, sku)
        return stock.on_hand, stock.reserved

    def told(self, subject: UUID | str) -> list[str]:
        """The types of the published events about an order or a SKU, in the order in which they were published."""
        return [heard.type for heard in self.published() if heard.subject == str(subject)]

    def _submission(
        self,
        command: Any,
        *,
        about: UUID,
        key: IdempotencyKey | None = None,
        answer: Callable[[Decided], StoredAnswer] | None = None,
    ) -> Submission:
        request_id = self.ids.new()
        context = Context(request_id, about, request_id, STAFF, self.clock.now, CUSTOMER)
        return Submission(command, context, key=key, answer=answer)


def _key(subject: str, key: str | None, body: str = "") -> IdempotencyKey | None:
    return IdempotencyKey(subject, key, fingerprint=body) if key is not None else None


def _shortly(outcome: Decided) -> StoredAnswer:
    return StoredAnswer(409, {"refusal": str(outcome.refusal)}) if outcome.refusal else StoredAnswer(200, {})


def decided(outcomes: list[Outcome]) -> Decided:
    [outcome] = outcomes
    assert isinstance(outcome, Decided), outcome
    return outcome
