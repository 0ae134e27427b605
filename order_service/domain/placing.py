"""Placing an order: every price comes from our own copy of the catalogue, never from the client."""

from collections.abc import Mapping, Sequence

from order_service.domain.commands import PlaceOrder, WantedLine
from order_service.domain.events import Line, OrderPlaced
from order_service.domain.listings import Listing
from order_service.domain.money import Money
from order_service.domain.order import Order
from order_service.domain.refusals import (
    ChangedPrice,
    Discontinued,
    LinesNotOrderable,
    NotPricedIn,
    PriceChanged,
    TotalTooLarge,
    UnknownProduct,
)

TOTAL_LIMIT = 10**12
"""Minor units. Source: docs/specification.md, "REST"."""


def place(
    order: Order, command: PlaceOrder, listings: Mapping[str, Listing]
) -> Sequence[OrderPlaced] | LinesNotOrderable | PriceChanged | TotalTooLarge:
    """`listings` holds the known products by SKU. Stock is not looked at: the inventory service decides about it."""
    if order.status is not None:
        return []

    faults = [
        fault
        for number, wanted in enumerate(command.lines)
        if (fault := _fault(number, wanted, command.currency, listings.get(wanted.sku)))
    ]
    if faults:
        return LinesNotOrderable(tuple(faults))

    lines = tuple(_priced(wanted, command.currency, listings[wanted.sku]) for wanted in command.lines)
    changed = [
        ChangedPrice(number, wanted.sku, Money(wanted.expected_unit_price, command.currency), line.unit_price)
        for number, (wanted, line) in enumerate(zip(command.lines, lines, strict=True))
        if wanted.expected_unit_price is not None and wanted.expected_unit_price != line.unit_price.amount
    ]
    if changed:
        return PriceChanged(tuple(changed))

    total = Money(sum(line.total.amount for line in lines), command.currency)
    if total.amount > TOTAL_LIMIT:
        return TotalTooLarge(total, TOTAL_LIMIT)

    return [
        OrderPlaced(
            number=command.number,
            customer_id=command.customer_id,
            lines=lines,
            total=total,
            payment_method=command.payment_method,
            shipping_address=command.shipping_address,
            notes=command.notes,
            expires_at=command.expires_at,
        )
    ]


def _fault(
    number: int, wanted: WantedLine, currency: str, listing: Listing | None
) -> UnknownProduct | Discontinued | NotPricedIn | None:
    if listing is None:
        return UnknownProduct(number, wanted.sku)
    if listing.discontinued:
        return Discontinued(number, wanted.sku)
    if currency not in listing.prices:
        return NotPricedIn(number, wanted.sku, currency)
    return None


def _priced(wanted: WantedLine, currency: str, listing: Listing) -> Line:
    return Line(wanted.sku, listing.name, wanted.quantity, Money(listing.prices[currency], currency))
