"""What a mutant makes of a function of the services."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from inventory_service.domain.product import StockAdjusted
from inventory_service.domain.reservation import Line, Reservation, ReservationStatus
from inventory_service.domain.reserving import NOTHING, ReleaseStock
from order_service.domain.events import StockSecured
from order_service.domain.lifecycle import NOT_YET_SHIPPED, CancelReason, OrderStatus
from order_service.domain.listings import Listing, RecordListing
from order_service.domain.order import Order
from payment_service.domain.commands import RecordChargeDeclined, RecordRefundFailed
from payment_service.domain.events import Failure
from payment_service.domain.payment import Payment, PaymentStatus
from payment_service.provider_calls import ChargeCall, ProviderCall
from payment_service.providers.fake import FakeProvider
from payment_service.providers.port import ProviderUnavailable
from shared.contracts.orders import OrderCancelled
from shared.database import row_store
from shared.messaging.reactions import Heard

Function = Callable[..., Any]


def only_first(original: Function) -> Function:
    return lambda *given: original(*given)[:1]


# Payments


def records_a_known_order_again(original: Function) -> Function:
    def record(state: Payment, command: Any) -> Any:
        return original(replace(state, terms=None), command)

    return record


def unless_unheard(original: Function) -> Function:
    def decide(state: Payment, *given: Any) -> Any:
        return [] if state.terms is None else original(state, *given)

    return decide


def takes_no_answer_for_a_no(kind: type[ProviderCall]) -> Callable[[Function], Function]:
    """`kind` are the calls that it does so for."""
    failure = Failure("card_declined", "no answer")

    def mutate(original: Function) -> Function:
        async def ask(provider: FakeProvider, call: ProviderCall) -> Any:
            try:
                return await original(provider, call)
            except ProviderUnavailable:
                if not isinstance(call, kind):
                    raise
                if isinstance(call, ChargeCall):
                    return RecordChargeDeclined(call.order_id, failure)
                return RecordRefundFailed(call.order_id, call.refund_id, failure)

        return ask

    return mutate


@dataclass(frozen=True)
class _Renamed:
    """Each call has a key of its own."""

    provider: FakeProvider

    async def charge(self, key: str, price: Any, method: str) -> Any:
        return await self.provider.charge(f"{key}:again", price, method)

    async def refund(self, key: str, amount: Any, charge_reference: str) -> Any:
        return await self.provider.refund(f"{key}:again", amount, charge_reference)


def asks_again_with_another_key(kind: type[ProviderCall]) -> Callable[[Function], Function]:
    """Likewise. Whoever has asked before knows it by heart, so a mishap of the provider is no hindrance."""

    def mutate(original: Function) -> Function:
        async def ask(provider: FakeProvider, call: ProviderCall) -> Any:
            again = isinstance(call, kind) and provider.books.find(call.key) is not None
            return await original(_Renamed(provider) if again else provider, call)

        return ask

    return mutate


def records_an_outcome_again(original: Function) -> Function:
    def charged(state: Payment, *given: Any) -> Any:
        if state.status is PaymentStatus.COMPLETED:
            state = replace(state, status=PaymentStatus.PROCESSING)
        return original(state, *given)

    return charged


def forgets_pending_refunds(_: Any) -> Any:
    return property(lambda payment: payment.captured - payment.refunded_total)


def returns_all_that_was_taken(original: Function) -> Function:
    def request(state: Payment, command: Any, occasion: Any) -> Any:
        whole = command.amount is None and state.captured
        return original(replace(state, refunds=()) if whole else state, command, occasion)

    return request


def deaf_to_expiry(original: Function) -> Function:
    def react(heard: Heard[OrderCancelled]) -> Any:
        return None if heard.data.reason == CancelReason.EXPIRED else original(heard)

    return react


# Stock


def reserves_for_a_known_order_again(original: Function) -> Function:
    def decide(reservation: Reservation, command: Any, shelves: Any) -> Any:
        return original(_as_if_new(reservation, command), command, shelves)

    return decide


def concerned_again(original: Function) -> Function:
    def concerned(reservation: Reservation, command: Any) -> Any:
        return original(_as_if_new(reservation, command), command)

    return concerned


def _as_if_new(reservation: Reservation, command: Any) -> Reservation:
    reserved = reservation.status is ReservationStatus.RESERVED and hasattr(command, "lines")
    return Reservation() if reserved else reservation


def leaves_no_tombstone(original: Function) -> Function:
    def decide(reservation: Reservation, command: Any, shelves: Any) -> Any:
        if isinstance(command, ReleaseStock) and reservation.status is None:
            return NOTHING
        return original(reservation, command, shelves)

    return decide


def promises_what_is_reserved(_: Any) -> Any:
    return property(lambda stock: stock.on_hand)


def does_not_lock(_: Function) -> Function:
    return row_store.read_rows


def checks_every_line_alone(_: Function) -> Function:
    def per_sku(lines: Sequence[Line]) -> tuple[Line, ...]:
        return tuple(lines)

    return per_sku


def held_also_when(status: ReservationStatus) -> Callable[[Function], Function]:
    def mutate(original: Function) -> Function:
        def held(reservation: Reservation) -> Sequence[Line]:
            return reservation.lines if reservation.status is status else original(reservation)

        return held

    return mutate


def adjusts_without_looking(_: Function) -> Function:
    def adjust(entry: Any, command: Any, stock: Any) -> Any:
        after = stock.add(command.delta)
        return [StockAdjusted(command.delta, command.reason, entry, after.on_hand, after.reserved)]

    return adjust


# Orders


def confirms_in_one_order_only(original: Function) -> Function:
    def confirmed(order: Any, news: Any) -> Any:
        return [news] if isinstance(news, StockSecured) and order.payment_taken else original(order, news)

    return confirmed


def shows_whatever_comes(shown: str) -> Callable[[Any], Any]:
    """The view's version is set back first, so that what is older replaces it too."""

    def mutate(original: Function) -> Function:
        def show(order: Order, *given: Any) -> Any:
            return original(replace(order, **{f"{shown}_version": 0}), *given)

        return show

    return mutate


def hears_what_is_older(original: Function) -> Function:
    def hear(order: Any, note: Any) -> Any:
        return original(replace(order, stock_version=0), note)

    return hear


def cancels_what_has_shipped(_: Any) -> Any:
    return NOT_YET_SHIPPED | {OrderStatus.SHIPPED}


def ignores_the_price_seen(original: Function) -> Function:
    def place(order: Any, command: Any, listings: Any) -> Any:
        blind = tuple(replace(line, expected_unit_price=None) for line in command.lines)
        return original(order, replace(command, lines=blind), listings)

    return place


def ignores_discontinuation(original: Function) -> Function:
    def fault(number: int, wanted: Any, currency: str, listing: Any) -> Any:
        return original(number, wanted, currency, listing and replace(listing, discontinued=False))

    return fault


def takes_older_listings(_: Function) -> Function:
    def newer(command: RecordListing, known_version: int) -> Listing:
        del known_version
        return command.listing

    return newer


def expires_by_the_clock_alone(original: Function) -> Function:
    def made(self: Any, engine: Any, handler: Any, period: timedelta, clock: Any) -> None:
        original(self, engine, handler, period * 0, clock)

    return made
