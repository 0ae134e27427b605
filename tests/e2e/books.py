"""The books: whether stock and money are right, by arithmetic of our own over the databases, offenders named.

Nothing of the services is used here but their tables and the names of their stored events.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from ops.stack.site import Site
from tests.e2e.records import Entry, Event, Records, Row, read_records
from tests.e2e.waiting import NotYet, until

HOLDING = ("CONFIRMED", "PROCESSING")
SHIPPED = ("SHIPPED", "DELIVERED")
UNDONE = ("FAILED", "CANCELLED")
FINAL_PAYMENTS = ("FAILED", "CANCELLED", "REFUNDED")
FINAL_RESERVATIONS = ("REJECTED", "RELEASED")

# Which services have to hear of a stored event, whichever way it is told.
HEARD_BY = {
    "order.created": ("inventory", "payment"),
    "order.cancelled": ("inventory", "payment"),
    "order.processing_started": ("inventory",),
    "order.shipped": ("inventory",),
    "order.delivered": ("inventory",),
    "reservation.stock_reserved": ("order", "payment"),
    "reservation.refused": ("order", "payment"),
    "reservation.stock_released": ("order",),
    "product.created": ("order",),
    "product.changed": ("order",),
    "product.stock_adjusted": ("order",),
    "product.stock_shipped": ("order",),
    "payment.processed": ("order",),
    "payment.failed": ("inventory", "order"),
    "payment.cancelled": ("order",),
    "payment.refunded": ("order",),
    "payment.refund_failed": ("order",),
}


async def balance(
    site: Site, *, since: datetime, stocked: Mapping[str, int], within: float = 30.0
) -> Records:
    """The records of all orders since then, once nothing is wrong with them.

    `stocked` is what came into stock by hand, by SKU: those SKUs are held against the orders. AssertionError names
    what is still wrong when the time is up.
    """

    async def look() -> Records:
        records = await read_records(site, since)
        if faults := list(faults_of(records, stocked)):
            raise NotYet(f"{len(faults)} faults:\n" + "\n".join(faults[:40]))
        return records

    return await until("the books are right", look, within=within, every=0.3)


def faults_of(records: Records, stocked: Mapping[str, int]) -> Iterator[str]:
    """What is wrong, one sentence each."""
    yield from _order_faults(records)
    yield from _stock_faults(records, stocked)
    yield from _money_faults(records)
    yield from _ledger_faults(records)
    yield from _stream_faults(records)
    yield from _delivery_faults(records)


def quantities(row: Row) -> Counter[str]:
    """Units by SKU of an order or a reservation."""
    wanted: Counter[str] = Counter()
    for line in row.state["lines"]:
        wanted[line["sku"]] += line["quantity"]
    return wanted


def _order_faults(records: Records) -> Iterator[str]:
    """Every order has ended, and shows what the other services hold."""
    numbers = Counter(order.state["number"] for order in records.orders.values())
    yield from (f"number {number} has {count} orders" for number, count in numbers.items() if count > 1)

    for order_id, order in records.orders.items():
        shown, name = order.state, f"order {order_id} ({order.state['customer_id']})"
        payment, reservation = records.payments.get(order_id), records.reservations.get(order_id)
        if payment is None or reservation is None:
            yield f"{name} is {shown['status']} without {'payment' if payment is None else 'reservation'}"
            continue
        actual = (payment.state["status"], reservation.state["status"])
        if shown["status"] in HOLDING:
            wanted = actual == ("COMPLETED", "RESERVED")
        elif shown["status"] in SHIPPED:
            wanted = actual == ("COMPLETED", "FULFILLED")
        elif shown["status"] in UNDONE:
            wanted = actual[0] in FINAL_PAYMENTS and actual[1] in FINAL_RESERVATIONS
        else:
            wanted = False
        if not wanted:
            yield f"{name} is {shown['status']} with payment {actual[0]} and reservation {actual[1]}"
        if (shown["payment_status"], shown["stock_status"]) != actual:
            yield f"{name} shows payment {shown['payment_status']}, stock {shown['stock_status']}; they are {actual}"
        if shown["refunded_total"]["amount"] != _refunded(payment):
            yield f"{name} shows {shown['refunded_total']} refunded; it was {_refunded(payment)}"
        if reservation.state["lines"] and quantities(reservation) != quantities(order):
            yield f"{name} wants {quantities(order)}; its reservation has {quantities(reservation)}"
        total = sum(line["quantity"] * line["unit_price"]["amount"] for line in shown["lines"])
        if shown["total"]["amount"] != total:
            yield f"{name} has total {shown['total']}; its lines come to {total}"

    for kind, others in (("payment", records.payments), ("reservation", records.reservations)):
        yield from (f"{kind} of {order_id}, which is no order" for order_id in others.keys() - records.orders)


def _stock_faults(records: Records, stocked: Mapping[str, int]) -> Iterator[str]:
    """Per SKU: what came in, less what left, is there; and what is reserved is what orders hold."""
    held, gone, sold, shipped = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for reservation in records.reservations.values():
        if reservation.state["status"] == "RESERVED":
            held += quantities(reservation)
        elif reservation.state["status"] == "FULFILLED":
            gone += quantities(reservation)
    for order in records.orders.values():
        if order.state["status"] in HOLDING:
            sold += quantities(order)
        elif order.state["status"] in SHIPPED:
            shipped += quantities(order)

    for sku, came_in in stocked.items():
        level = records.levels[sku]
        if level.on_hand != came_in - gone[sku]:
            yield f"{sku}: {level.on_hand} on hand; {came_in} came in and {gone[sku]} left"
        if level.reserved != held[sku]:
            yield f"{sku}: {level.reserved} reserved; reservations hold {held[sku]}"
        if not 0 <= level.reserved <= level.on_hand:
            yield f"{sku}: {level.reserved} reserved of {level.on_hand} on hand"
        if (sold[sku], shipped[sku]) != (held[sku], gone[sku]):
            yield f"{sku}: orders have {sold[sku]} sold and {shipped[sku]} shipped; reservations {held[sku]} and {gone[sku]}"
        if (level.moved_on_hand, level.moved_reserved) != (level.on_hand, level.reserved):
            yield f"{sku}: its movements come to {level.moved_on_hand} and {level.moved_reserved}; it is {level}"


def _money_faults(records: Records) -> Iterator[str]:
    """Per order: what was taken and returned fits how it ended."""
    for order_id, payment in records.payments.items():
        order = records.orders.get(order_id)
        if order is None or payment.state["terms"] is None:
            yield f"payment of {order_id} never met its order"
            continue
        captured, refunded = payment.state["captured"], _refunded(payment)
        kept = 0 if order.state["status"] in UNDONE else order.state["total"]["amount"]
        if payment.state["terms"]["price"] != order.state["total"]:
            yield f"order {order_id} costs {order.state['total']}; its payment is over {payment.state['terms']['price']}"
        if captured not in (0, order.state["total"]["amount"]):
            yield f"order {order_id} costs {order.state['total']}; {captured} was taken"
        if captured - refunded != kept:
            yield f"order {order_id} is {order.state['status']}; {captured} was taken and {refunded} returned"
        open_refunds = [one for one in payment.state["refunds"] if one["status"] == "REQUESTED"]
        if open_refunds:
            yield f"order {order_id} has open refunds: {open_refunds}"
    yield from (f"the provider has still to be asked for {key}" for key in records.open_calls)


def _refunded(payment: Row) -> int:
    return sum(one["amount"]["amount"] for one in payment.state["refunds"] if one["status"] == "SUCCEEDED")


def _ledger_faults(records: Records) -> Iterator[str]:
    """The provider's ledger says the same as the payments, key by key."""
    ours = dict(entry for payment in records.payments.values() for entry in _entries(payment))
    for key in sorted(ours.keys() | records.ledger.keys()):
        if ours.get(key) != records.ledger.get(key):
            yield f"{key}: we have {ours.get(key)}; the provider has {records.ledger.get(key)}"


def _entries(payment: Row) -> Iterator[tuple[str, Entry]]:
    """What the ledger should hold for a payment."""
    state, terms = payment.state, payment.state["terms"]
    if terms is None:
        return
    price, failure = terms["price"], state["failure"]
    charge = f"{terms['payment_id']}:charge"
    if failure is not None:
        yield charge, Entry("declined", price["amount"], price["currency"], failure["code"])
    elif state["captured"]:
        yield charge, Entry("charged", state["captured"], price["currency"], None)
    outcomes = {"SUCCEEDED": "refunded", "FAILED": "refused"}
    for refund in state["refunds"]:
        if refund["status"] in outcomes:
            code = refund["failure"]["code"] if refund["failure"] else None
            amount = refund["amount"]
            yield (
                f"{terms['payment_id']}:refund:{refund['refund_id']}",
                Entry(outcomes[refund["status"]], amount["amount"], amount["currency"], code),
            )


def _stream_faults(records: Records) -> Iterator[str]:
    """Versions go from 1 without gap, and every row is at the version of its stream's last event."""
    tables = {
        "order": ("order", records.orders),
        "payment": ("payment", records.payments),
        "inventory": ("reservation", records.reservations),
    }
    for service, (prefix, rows) in tables.items():
        versions = {
            stream.removeprefix(f"{prefix}-"): [event.version for event in events]
            for stream, events in _streams(records.stores[service].events)
            if stream.startswith(f"{prefix}-")
        }
        for row_id, found in versions.items():
            if found != list(range(1, len(found) + 1)) and row_id in rows:
                yield f"{prefix} {row_id} has versions {found}"
        for row_id, row in rows.items():
            if row.version != len(versions.get(row_id, ())):
                yield f"{prefix} {row_id} is at version {row.version}; it has {len(versions.get(row_id, ()))} events"


def _streams(events: Sequence[Event]) -> Iterator[tuple[str, list[Event]]]:
    ordered = sorted(events, key=lambda event: (event.stream, event.version))
    for stream, group in groupby(ordered, key=lambda event: event.stream):
        yield stream, list(group)


def _delivery_faults(records: Records) -> Iterator[str]:
    """Everything was published, and took effect wherever it has to be heard."""
    for service, store in records.stores.items():
        if store.relayed != store.last:
            yield f"{service}: published up to {store.relayed}; the last event is {store.last}"
        yield from (f"{service}: dead letter {letter}" for letter in store.dead_letters)
        for event in store.events:
            for listener in HEARD_BY.get(event.type, ()):
                if event.id not in records.stores[listener].heard:
                    yield f"{listener} never heard {event.type} {event.id} of {event.stream}"
