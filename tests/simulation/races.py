"""How often each race of docs/specification.md has occurred in a world.

Taken from what was stored, what was heard, and in which order.

Those that only the one who asked can see (14-18, 20-25) are noted by the acts themselves.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from inventory_service.domain.product import StockAdjusted
from inventory_service.domain.reservation import ReservationRefused, ReservationStatus, StockReserved
from inventory_service.tables import RESERVATIONS
from order_service.domain.lifecycle import CancelReason
from order_service.tables import ORDERS
from payment_service.domain.payment import RefundStatus
from payment_service.tables import PAYMENTS
from shared.contracts.inventory import InventoryReleased, InventoryReserved, InventoryUpdated
from shared.contracts.orders import OrderCancelled, OrderUpdated
from shared.eventsourcing.recorded import Recorded
from tests.simulation.requests import STAFF_REASON
from tests.simulation.world import World

RACES = range(1, 27)


def occurred(world: World) -> Counter[int]:
    races = Counter(world.noted)
    races.update(_of_payments(world))
    races.update(_of_orders(world))
    races.update(_of_stock(world))
    races.update(_of_arrival(world))
    return races


def _of_payments(world: World) -> Iterable[int]:
    for types in _streams(world.payments.recorded()).values():
        if "payment.stock_reservation_heard" in types:
            yield 2
        if types[0] == "payment.cancellation_requested":
            yield 3
        if "payment.stock_refusal_heard" in types:
            yield 4
        ends = ("payment.processed", "payment.cancelled")
        if _in_turn(types, "payment.charge_requested", "payment.cancellation_requested", ends):
            yield 6
    for payment in world.payments.states(PAYMENTS).values():
        failed = [r for r in payment.refunds if r.status is RefundStatus.FAILED]
        if payment.cancel_requested and any(refund.reason == STAFF_REASON for refund in failed):
            yield 16


def _of_orders(world: World) -> Iterable[int]:
    for types in _streams(world.orders.recorded()).values():
        if _in_turn(types, "order.payment_received", "order.stock_secured"):
            yield 5
    payments = world.payments.states(PAYMENTS)
    for order_id, order in world.orders.states(ORDERS).items():
        if order.reason is CancelReason.EXPIRED and payments[order_id].captured:
            yield 7
        if len({line.sku for line in order.lines}) < len(order.lines):
            yield 11


def _of_stock(world: World) -> Iterable[int]:
    taken: set[str] = set()
    for recorded in world.inventory.recorded():
        match recorded.event:
            case StockReserved(lines):
                taken |= {line.sku for line in lines}
            case ReservationRefused(short=short) if any(line.sku in taken for line in short):
                yield 10
            case StockAdjusted(delta=delta, reserved=reserved) if delta < 0 < reserved:
                yield 20
            case _:
                if recorded.type == "reservation.cancellation_remembered":
                    yield 3


def _of_arrival(world: World) -> Iterable[int]:
    newest: dict[tuple[str, str, str], int] = defaultdict(int)
    released: dict[str, int] = {}
    reservations = world.inventory.states(RESERVATIONS)
    for hearing in world.hearings:
        service, heard = hearing.service, hearing.heard
        if hearing.repeated:
            yield 1
            if isinstance(heard.data, OrderUpdated) and heard.data.status == "SHIPPED":
                yield 13
            continue
        stream = (service, heard.type.partition(".")[0], heard.subject)
        late = heard.stream_version < newest[stream]
        newest[stream] = max(newest[stream], heard.stream_version)
        match heard.data:
            case InventoryUpdated() if late:
                yield 19
            case OrderUpdated() if late:
                yield 13
            case InventoryReleased():
                released[heard.subject] = heard.stream_version
            case InventoryReserved() if service == "order" and heard.subject in released:
                yield 12
            case OrderCancelled() if service == "inventory":
                if reservations[heard.subject].status is ReservationStatus.REJECTED:
                    yield 22
            case _:
                pass
        if late and service == "order" and not isinstance(heard.data, InventoryUpdated):
            yield 26


def _streams(history: Iterable[Recorded]) -> Mapping[str, Sequence[str]]:
    """The types of the events of each stream, in order."""
    types: defaultdict[str, list[str]] = defaultdict(list)
    for recorded in history:
        types[recorded.stream].append(recorded.type)
    return types


def _in_turn(types: Sequence[str], *wanted: str | tuple[str, ...]) -> bool:
    """Whether these occur one after another, with anything in between."""
    rest = iter(types)
    return all(any(kind == want or kind in want for kind in rest) for want in wanted)
