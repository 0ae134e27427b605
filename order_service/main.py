"""The order service, wired: `python -m order_service.main serve` and `... migrate`."""

from order_service.api.parts import OrderApi
from order_service.api.routes import order_routers
from order_service.customer_keys import CustomerKeys
from order_service.erasures import Erasures
from order_service.expiry import Expiry
from order_service.handling import MODEL
from order_service.numbers import OrderNumbers, blocks_of
from order_service.past import PastOrders
from order_service.personal_data import PersonalData
from order_service.projections import SearchIndex
from order_service.publishing import publish
from order_service.queries import OrderQueries
from order_service.reactions import REACTIONS
from order_service.saga_outcomes import count_outcomes
from order_service.settings import OrderSettings
from order_service.statistics import OrderStatistics
from shared.runtime.commands import Commands
from shared.runtime.handling import Handler
from shared.runtime.history import History
from shared.runtime.service import Platform, Service, Wiring, run


def wire(platform: Platform[OrderSettings]) -> Wiring:
    settings, engine, clock = platform.settings, platform.engine, platform.clock
    master = settings.sealing_key
    keys = CustomerKeys(engine, master, clock)
    personal = PersonalData(keys, master)
    handler = Handler(engine, MODEL, guard=personal.guard, project=SearchIndex(personal).project)
    handler.observers.append(count_outcomes)
    commands = Commands(handler)
    api = OrderApi(
        commands=commands,
        queries=OrderQueries(platform.reads),
        past=PastOrders(platform.reads, handler.store),
        statistics=OrderStatistics(platform.reads),
        history=History(platform.reads, handler.store, publish),
        personal=personal,
        erasures=Erasures(engine, platform.reads, keys),
        numbers=OrderNumbers(blocks_of(engine)),
        clock=clock,
        expiry=settings.expiry,
    )
    return Wiring(
        handler=handler,
        commands=commands,
        routers=order_routers(api),
        workers=[Expiry(engine, handler, settings.expiry, clock).run],
    )


SERVICE = Service(
    name="order",
    title="EventFlow orders",
    settings=OrderSettings,
    reactions=REACTIONS,
    publish=publish,
    wire=wire,
    migrations={"ORDER_OWNER_DATABASE_URL": "order_service:migrations"},
    needs_broker=False,
)

if __name__ == "__main__":
    run(SERVICE)
