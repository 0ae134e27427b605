"""What must be true at every quiet point: the saga's invariants, and what people were told (I1-I7)."""

from collections import Counter
from collections.abc import Iterable

from inventory_service.tables import PRODUCTS
from order_service.domain.lifecycle import CancelReason
from order_service.tables import LISTINGS, ORDERS
from shared.messaging.topology import SUBSCRIPTIONS
from tests.saga.audit import audit
from tests.saga.machinery import EXPIRY
from tests.simulation.world import World


def check(world: World) -> list[str]:
    """One sentence for everything that is wrong; none when all is well. I5 and I7 are the saga's `disagreements`."""
    return [
        *world.broken,
        *audit(world),
        *_every_event_is_heard(world),
        *_no_event_takes_effect_twice(world),
        *_nothing_expires_untold(world),
        *_listings_are_the_newest(world),
        *_one_order_for_one_key(world),
    ]


def _every_event_is_heard(world: World) -> Iterable[str]:
    published = world.published()
    ids = {heard.id for heard in published}
    for service in world.services:
        for recorded in service.recorded():
            if recorded.id not in ids and service.tells(recorded):
                yield f"I6: {service.name}'s {recorded.type} of {world.label(recorded.row_id)} was never told"
    for heard in published:
        for name, subscription in SUBSCRIPTIONS.items():
            missed = name in world.took and heard.id not in world.took[name]
            if missed and type(heard.data) in subscription.contracts:
                yield f"I6: {heard.type} of {world.label(heard.subject)} was never handled by {name}"


def _no_event_takes_effect_twice(world: World) -> Iterable[str]:
    for service in world.services:
        places = Counter((event.command_id, event.command_index) for event in service.database.events)
        for event in service.database.events:
            if places[event.command_id, event.command_index] > 1:
                yield f"I6: {service.name} stored {event.type} twice for one event, in {event.stream}"


def _nothing_expires_untold(world: World) -> Iterable[str]:
    for recorded in world.orders.recorded():
        if getattr(recorded.event, "reason", None) is CancelReason.EXPIRED:
            told_at = world.told_at.get(recorded.stream)
            if told_at is None or recorded.time - told_at < EXPIRY:
                yield f"race 25: {world.label(recorded.row_id)} expired, but was told only at {told_at}"


def _listings_are_the_newest(world: World) -> Iterable[str]:
    for sku, product in world.inventory.states(PRODUCTS).items():
        listing, entry = world.orders.state(LISTINGS, sku), product.entry
        if entry and (listing.prices, listing.discontinued) != (entry.prices, entry.discontinued):
            yield f"race 19: {sku} is listed as {listing}, but is {entry}"


def _one_order_for_one_key(world: World) -> Iterable[str]:
    kept = world.orders.states(ORDERS)
    for number in world.answers:
        if sum(str(order_id) in kept for order_id in world.ids_of(number)) > 1:
            yield f"race 17: #{number} was placed twice"
