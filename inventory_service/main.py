"""The inventory service, wired: `python -m inventory_service.main serve` and `... migrate`."""

from inventory_service.api.product_views import ProductViews
from inventory_service.api.products import product_router
from inventory_service.api.reservations import reservation_router
from inventory_service.handling import MODEL
from inventory_service.projections import record_movements
from inventory_service.publishing import publish
from inventory_service.queries import InventoryQueries
from inventory_service.reactions import REACTIONS
from inventory_service.settings import InventorySettings
from shared.cache.versioned import VersionedCache
from shared.runtime.commands import Commands
from shared.runtime.handling import Handler
from shared.runtime.history import History
from shared.runtime.service import Platform, Service, Wiring, run


def wire(platform: Platform[InventorySettings]) -> Wiring:
    engine = platform.engine
    handler = Handler(engine, MODEL, project=record_movements)
    commands = Commands(handler)
    queries = InventoryQueries(platform.reads)
    redis_url = platform.settings.redis_url
    cache = VersionedCache(redis_url.get_secret_value(), "products") if redis_url else None
    views = ProductViews(queries, cache)
    handler.row_observers.append(views.observe)
    return Wiring(
        handler=handler,
        commands=commands,
        routers=[
            product_router(commands, queries, views, platform.clock),
            reservation_router(queries, History(platform.reads, handler.store, publish)),
        ],
        close=cache.close if cache else None,
    )


SERVICE = Service(
    name="inventory",
    title="EventFlow inventory",
    settings=InventorySettings,
    reactions=REACTIONS,
    publish=publish,
    wire=wire,
    migrations={"INVENTORY_OWNER_DATABASE_URL": "inventory_service:migrations"},
)

if __name__ == "__main__":
    run(SERVICE)
