"""What people ask for: shoppers, staff and merchandisers."""

from dataclasses import dataclass
from uuid import UUID

from inventory_service.domain.product import AdjustStock, BelowReserved, ChangeProduct
from order_service.domain.commands import (
    CancelOrder,
    DeliverOrder,
    ShipOrder,
    StartProcessing,
    WantedLine,
)
from order_service.domain.lifecycle import CancelReason, OrderStatus
from order_service.domain.refusals import (
    Discontinued,
    LinesNotOrderable,
    NoSuchStep,
    NotCancellable,
    PriceChanged,
)
from order_service.tables import ORDERS
from payment_service.domain.commands import (
    AlreadyRetried,
    MoreThanLeft,
    NothingCaptured,
    RequestRefund,
    RetryRefund,
)
from payment_service.domain.payment import RefundStatus
from shared.eventsourcing.ids import derived_id
from shared.runtime.submissions import Decided, Repeated, Submission
from tests.simulation.acts import UnderWay
from tests.simulation.asking import asking
from tests.simulation.world import CLICKS, World

STAFF_REASON = "goodwill"


@dataclass(frozen=True, slots=True)
class Line:
    """`seen` is the price that the shopper saw."""

    sku: str
    quantity: int
    seen: int | None = None

    def __str__(self) -> str:
        return f"{self.quantity} {self.sku}" + (f" at {self.seen}" if self.seen is not None else "")


@dataclass(frozen=True, slots=True)
class Place:
    """`click` 1 is the second click on the same button: another id, the same idempotency key."""

    number: int
    lines: tuple[Line, ...]
    method: str
    click: int = 0

    def __str__(self) -> str:
        again = "clicks again to order" if self.click else "orders"
        return f"shopper {again} {', '.join(map(str, self.lines))} as #{self.number} with {self.method}"

    def start(self, world: World) -> UnderWay | None:
        wanted = [WantedLine(line.sku, line.quantity, line.seen) for line in self.lines]

        def request(time: int) -> Submission:
            order_id = world.id_of(self.number, self.click + CLICKS * time)
            return world.placing(order_id, *wanted, method=self.method, key=f"order-{self.number}")

        withdrawn = {line.sku for line in self.lines if world.listing(line.sku).discontinued}

        def answered(outcome: Decided | Repeated) -> None:
            if isinstance(outcome, Decided) and outcome.events and withdrawn:
                world.broken.append(
                    f"race 21: #{self.number} was placed for {sorted(withdrawn)}, discontinued"
                )
            if isinstance(outcome, Decided):
                self._note(world, outcome)
            world.noted[17] += self.number in world.answers
            first = world.answers.setdefault(self.number, outcome.answer)
            if outcome.answer != first:
                world.broken.append(f"race 17: #{self.number} was answered {first}, then {outcome.answer}")

        return asking(world, world.orders, request, answered)

    def _note(self, world: World, outcome: Decided) -> None:
        match outcome.refusal:
            case PriceChanged():
                world.noted[18] += 1
            case LinesNotOrderable(faults) if any(isinstance(fault, Discontinued) for fault in faults):
                world.noted[21] += 1
            case None:
                order = outcome.rows.state(ORDERS, str(outcome.events[0].row_id))
                for line, asked in zip(order.lines, self.lines, strict=True):
                    if asked.seen not in (None, line.unit_price.amount):
                        world.broken.append(
                            f"race 18: #{self.number} pays {line.unit_price}, saw {asked.seen}"
                        )
            case _:
                pass


@dataclass(frozen=True, slots=True)
class Steer:
    """`step` is what somebody wants to be done with an order."""

    number: int
    step: str

    def __str__(self) -> str:
        return f"{'shopper' if self.step == 'cancel' else 'staff'} {self.step} #{self.number}"

    def start(self, world: World) -> UnderWay | None:
        order_id = world.placed(self.number)
        if order_id is None:
            return None
        command = {
            "cancel": CancelOrder(order_id, CancelReason.CUSTOMER_REQUEST),
            "process": StartProcessing(order_id),
            "ship": ShipOrder(order_id, "TRACK-1"),
            "deliver": DeliverOrder(order_id),
        }[self.step]

        def answered(outcome: Decided | Repeated) -> None:
            match outcome:
                case Decided(NotCancellable(OrderStatus.SHIPPED)):
                    world.noted[14] += 1
                case Decided(NoSuchStep(OrderStatus.CANCELLED, OrderStatus.SHIPPED)):
                    world.noted[14] += 1
                case _:
                    pass

        return asking(world, world.orders, lambda _: world.steering(command), answered)


@dataclass(frozen=True, slots=True)
class Refund:
    """Staff return `amount`, or all that is left. `attempt` tells the refunds of one order apart."""

    number: int
    amount: int | None
    attempt: int

    def __str__(self) -> str:
        return f"staff refund {self.amount or 'all that is left'} of #{self.number}"

    def start(self, world: World) -> UnderWay | None:
        order_id = world.placed(self.number)
        if order_id is None:
            return None
        key = str(world.ids.new())

        def request(time: int) -> Submission:
            refund_id = derived_id(order_id, f"staff:{self.attempt}:{time}")
            world.asked_back.add(refund_id)
            return world.refunding(RequestRefund(order_id, refund_id, self.amount, STAFF_REASON), key)

        partly = bool(world.payment(order_id).refunds) and self.amount is None

        def answered(outcome: Decided | Repeated) -> None:
            if isinstance(outcome, Decided) and isinstance(outcome.refusal, MoreThanLeft):
                world.noted[15] += 1
            if isinstance(outcome, Decided) and isinstance(outcome.refusal, NothingCaptured):
                world.noted[22] += 1
            if isinstance(outcome, Decided) and outcome.events and partly:
                world.noted[23] += 1

        return asking(world, world.payments, request, answered)


@dataclass(frozen=True, slots=True)
class Retry:
    """Staff try the first failed refund again."""

    number: int
    attempt: int

    def __str__(self) -> str:
        return f"staff retry the failed refund of #{self.number}"

    def start(self, world: World) -> UnderWay | None:
        order_id = world.placed(self.number)
        failed = _failed_refund(world, order_id) if order_id else None
        if order_id is None or failed is None:
            return None
        key = str(world.ids.new())

        def request(time: int) -> Submission:
            refund_id = derived_id(order_id, f"retry:{self.attempt}:{time}")
            world.asked_back.add(refund_id)
            return world.refunding(RetryRefund(order_id, failed, refund_id), key)

        def answered(outcome: Decided | Repeated) -> None:
            if isinstance(outcome, Decided) and isinstance(outcome.refusal, AlreadyRetried):
                world.noted[16] += 1

        return asking(world, world.payments, request, answered)


@dataclass(frozen=True, slots=True)
class Adjust:
    sku: str
    delta: int

    def __str__(self) -> str:
        return f"staff adjust {self.sku} by {self.delta:+}"

    def start(self, world: World) -> UnderWay | None:
        def answered(outcome: Decided | Repeated) -> None:
            if isinstance(outcome, Decided) and isinstance(outcome.refusal, BelowReserved):
                world.noted[20] += 1

        command, key = AdjustStock(self.sku, self.delta, "counted"), str(world.ids.new())
        return asking(world, world.inventory, lambda _: world.managing(command, key), answered)


@dataclass(frozen=True, slots=True)
class Change:
    """A new price, or an end (or a new beginning) of its sale."""

    sku: str
    price: int | None = None
    discontinued: bool | None = None

    def __str__(self) -> str:
        what = f"price {self.price}" if self.price is not None else f"discontinued: {self.discontinued}"
        return f"staff change {self.sku}, {what}"

    def start(self, world: World) -> UnderWay | None:
        if self.discontinued:
            pending = (order for order in world.orders.states(ORDERS).values() if order.status == "PENDING")
            if any(line.sku == self.sku for order in pending for line in order.lines):
                world.noted[21] += 1
        prices = {"USD": self.price} if self.price is not None else None
        command = ChangeProduct(self.sku, prices=prices, discontinued=self.discontinued)
        return asking(world, world.inventory, lambda _: world.managing(command), lambda _: None)


def _failed_refund(world: World, order_id: UUID) -> UUID | None:
    refunds = world.payment(order_id).refunds
    return next((r.refund_id for r in refunds if r.status is RefundStatus.FAILED), None)
