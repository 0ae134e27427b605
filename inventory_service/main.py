"""The inventory service, wired."""

from inventory_service.api import inventory_routers
from inventory_service.handling import MODEL
from inventory_service.projections import record_movements
from inventory_service.publishing import publish
from inventory_service.queries import Queries
from inventory_service.reactions import REACTIONS
from inventory_service.settings import InventorySettings, settings_of_environment
from shared.database.migrations import upgrade
from shared.eventsourcing.codec import Codec
from shared.runtime.commands import Commands
from shared.runtime.handling import Handler
from shared.runtime.service import Platform, Service, Wiring, run


def wire(platform: Platform[InventorySettings]) -> Wiring:
    handler = Handler(platform.engine, MODEL, project=record_movements)
    commands = Commands(handler)
    queries = Queries(platform.engine, handler.store)
    return Wiring(
        handler, commands, inventory_routers(commands, queries, Codec(MODEL.aggregates), platform.clock)
    )


def migrate(settings: InventorySettings) -> None:
    if settings.owner_database_url is None:
        raise SystemExit("INVENTORY_OWNER_DATABASE_URL is not set: migrations run as the owner.")
    upgrade("inventory_service:migrations", settings.owner_database_url.get_secret_value())


SERVICE = Service(
    name="inventory",
    title="EventFlow inventory service",
    settings=settings_of_environment,
    reactions=REACTIONS,
    publish=publish,
    wire=wire,
    migrate=migrate,
)

if __name__ == "__main__":
    run(SERVICE)
