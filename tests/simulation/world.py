"""The shop as the simulator sees it: everything has a name that a person can read and that a replay finds again."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from inventory_service.domain.product import AdjustStock, CatalogueEntry, CreateProduct, Product
from inventory_service.tables import PRODUCTS
from order_service.tables import LISTINGS, ORDERS
from payment_service.provider_calls import ChargeCall, ProviderCall
from payment_service.providers.port import ProviderError
from shared.contracts import REGISTRY
from shared.database.faults import DatabaseFault
from shared.eventsourcing.ids import derived_id, event_id
from shared.eventsourcing.recorded import Recorded
from shared.messaging.incoming import Understood, read_message
from shared.messaging.outgoing import Outgoing
from shared.messaging.reactions import Heard
from shared.testing.broker import Delivery
from tests.saga.audit import broken_at_some_moment
from tests.saga.shop import Shop
from tests.simulation.arrivals import Arrivals
from tests.simulation.opening import Opening, Shelf

# Requests for one order: two clicks on the same button, each sent once more when nobody knows what came of it.
CLICKS, REQUESTS = 2, 4
# What the database and the provider say to what must not be.
REFUSALS = (DatabaseFault, ProviderError)
# No story needs more rounds to come to rest; one that does is a defect.
_ROUNDS_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Hearing:
    """A service has handled an event; `repeated` when it had handled it before."""

    service: str
    heard: Heard[Any]
    repeated: bool


class World(Shop):
    """A shop in which everything can go wrong. `broken` are the sentences of what did, `noted` the races by number."""

    def __init__(self, opening: Opening) -> None:
        super().__init__(remembers=opening.remembers)
        self.broken: list[str] = []
        self.crashed = False
        """They tell of no broken promise, but of an error that no part of the system raises on purpose."""
        self.noted: Counter[int] = Counter()
        self.faults: Counter[str] = Counter()
        """What went wrong by the simulator's doing, and how often: see `faults`."""
        self.hearings: list[Hearing] = []
        self.took: dict[str, set[UUID]] = {service.name: set() for service in self.services}
        """The events that each service says it has handled."""
        self.told_at: dict[str, datetime] = {}
        """Since when the relay's checkpoint has passed an order's first event, by stream."""
        self.down_since: datetime | None = None
        self.answers: dict[int, Any] = {}
        """What the first answer to each click was."""
        self.skus = [shelf.sku for shelf in opening.shelves]
        self.say: Callable[[str], object] = lambda _: None
        """Is told of what happens while everything comes to rest."""
        self._opened = self.clock.now
        self._ids: dict[tuple[int, int], UUID] = {}
        self._labels: dict[str, str] = {}
        self._understood: dict[bytes, Sequence[Heard[Any]]] = {}
        self._tags: dict[Delivery, str] = {}
        self._by_tag: dict[tuple[str, str], Delivery] = {}
        self._numbers: dict[Delivery, int] = {}
        self._arrivals = Arrivals(self.faults)
        self._copies: Counter[tuple[str, str]] = Counter()
        self._tagged = 0
        self._told_to = 0
        self._open(opening.shelves)

    def _open(self, shelves: Sequence[Shelf]) -> None:
        """Every product is on sale and known to the order service."""
        commands: list[CreateProduct | AdjustStock] = []
        for shelf in shelves:
            prices = {"USD": shelf.price}
            entry = CatalogueEntry(
                shelf.sku, self.clock.now, prices=prices, low_stock_threshold=shelf.threshold
            )
            commands += [CreateProduct(shelf.sku, entry), AdjustStock(shelf.sku, shelf.units, "received")]
        self.inventory.handle(*map(self.managing, commands))
        self.inventory.relay()
        self.orders.hear(*self.broker.waiting("order"))
        for delivery in self.broker.routed:
            self.heard(delivery)

    # Orders, by number

    def id_of(self, number: int, click: int = 0) -> UUID:
        """The id that the `click`-th request for this order brings with it."""
        if (number, click) not in self._ids:
            order_id = event_id(UUID(int=1_000_000 * (click + 1) + number), "edge", 0, self._opened)
            self._ids[number, click] = order_id
            label = self._labels[str(order_id)] = f"#{number}" + "'" * click
            self._labels[str(derived_id(order_id, "payment"))] = f"payment of {label}"
        return self._ids[number, click]

    def placed(self, number: int) -> UUID | None:
        """The order, once there is one, whichever request made it."""
        kept = self.orders.database.committed(ORDERS.name)
        return next((order_id for order_id in self.ids_of(number) if str(order_id) in kept), None)

    def ids_of(self, number: int) -> Iterable[UUID]:
        """All that were brought for this order so far."""
        ids = (self._ids.get((number, click)) for click in range(REQUESTS))
        return (order_id for order_id in ids if order_id is not None)

    def label(self, row_id: str) -> str:
        return self._labels.get(row_id, row_id)

    def readable(self, sentence: str) -> str:
        """With orders by their numbers."""
        for order_id, label in self._labels.items():
            sentence = sentence.replace(order_id, label)
        return sentence

    # Products

    def product(self, sku: str) -> Product:
        return self.inventory.state(PRODUCTS, sku)

    def listing(self, sku: str) -> Any:
        """What the order service knows of it."""
        return self.orders.state(LISTINGS, sku)

    # Messages, by what is in them

    def tag(self, delivery: Delivery) -> str:
        self._tag()
        return self._tags[delivery]

    def tagged(self, service: str, tag: str) -> Delivery | None:
        """The message, if it ever came into this queue."""
        self._tag()
        return self._by_tag.get((service, tag))

    def heards(self, body: bytes) -> Sequence[Heard[Any]]:
        if body not in self._understood:
            events = read_message(body, REGISTRY)
            self._understood[body] = [event.heard for event in events if isinstance(event, Understood)]
        return self._understood[body]

    def published(self) -> list[Heard[Any]]:
        return [heard for message in self.broker.published for heard in self.heards(message.body)]

    def _tag(self) -> None:
        for delivery in self.broker.routed[self._tagged :]:
            subjects = " ".join(
                f"{self.label(heard.subject)} v{heard.stream_version}" for heard in self.heards(delivery.body)
            )
            tag = f"{delivery.type} {subjects}"
            self._copies[delivery.service, tag] += 1
            if (copy := self._copies[delivery.service, tag]) > 1:
                tag = f"{tag}, copy {copy}"
            self._tags[delivery] = tag
            self._numbers[delivery] = len(self._numbers)
            self._by_tag[delivery.service, tag] = delivery
        self._tagged = len(self.broker.routed)

    def heard(self, delivery: Delivery) -> None:
        """The service has committed what it makes of this message."""
        self._tag()
        self._arrivals.heard(delivery.service, self._numbers[delivery])
        took = self.took[delivery.service]
        for heard in self.heards(delivery.body):
            self.hearings.append(Hearing(delivery.service, heard, heard.id in took))
            took.add(heard.id)

    # What ends as nobody meant it to

    def failed(self, what: str, error: Exception) -> None:
        broken = broken_at_some_moment(self)
        self.broken += [*broken, f"{type(error).__name__} while {what}: {error}"]
        self.crashed |= not broken and not isinstance(error, REFUSALS)

    # Calls to the provider, by what they are for

    def call_label(self, call: ProviderCall) -> str:
        number = self.label(str(call.order_id))
        if isinstance(call, ChargeCall):
            return f"charge of {number}"
        refunds = [refund.refund_id for refund in self.payment(call.order_id).refunds]
        return f"refund {refunds.index(call.refund_id) + 1} of {number}"

    def relayed(self) -> None:
        """What the order service's checkpoint has passed by now may be known to others from now on."""
        for recorded in self.orders.recorded(self._told_to):
            if recorded.position > self.orders.checkpoint:
                break
            self._told_to = recorded.position
            self.told_at.setdefault(recorded.stream, self.clock.now)

    def outlived(self, since: datetime) -> None:
        """An outage that began then has lasted longer than the expiry (race 25): orders were placed all the same."""
        rows = self.orders.rows(ORDERS).values()
        self.noted[25] += sum(row.created_at is not None and row.created_at >= since for row in rows)

    # Coming to rest

    def settle_in_any_order(self, chance: Random) -> None:
        """All outages end, nothing else goes wrong, and everything that waits happens; messages come as they like."""
        self.broker.up, self.down_since = True, None
        self.broker.loses = _nothing
        for _ in range(_ROUNDS_AT_MOST):
            if not self._round(chance) and not self.wait_for_the_provider():
                return
        self.broken.append("I1: this comes to no end")

    def _round(self, chance: Random) -> bool:
        moved = False
        for service in self.services:
            if service.has_news:
                before = len(self.broker.published)
                service.relay()
                if len(self.broker.published) > before:
                    self.say(f"{service.name} tells all that is new")
                moved = True
        self.relayed()
        for service in self.services:
            if waiting := self.broker.waiting(service.name):
                chance.shuffle(waiting)
                self.say(f"{service.name} hears {'; '.join(map(self.tag, waiting))}")
                service.hear(*waiting)
                for delivery in waiting:
                    self.heard(delivery)
                moved = True
        for call in self.till.due():
            self.say(f"payment asks for the {self.call_label(call)}")
            self.till.ask(call)
            moved = True
        for call in self.till.answers():
            self.say(f"payment records the {self.call_label(call)}")
            self.till.record(call)
            moved = True
        return moved

    def news(self, after: Sequence[int]) -> list[Recorded]:
        """What the services have stored beyond these positions, one for each service."""
        return [
            recorded
            for service, position in zip(self.services, after, strict=True)
            for recorded in service.recorded(position)
        ]

    def positions(self) -> list[int]:
        return [s.database.events[-1].position if s.database.events else 0 for s in self.services]


def _nothing(_: Outgoing) -> bool:
    return False
