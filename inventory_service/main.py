"""The inventory service, wired."""

from inventory_service.api import inventory_routers
from inventory_service.handling import MODEL
from inventory_service.projections import record_movements
from inventory_service.publishing import publish
from inventory_service.queries import Queries
from inventory_service.reactions import REACTIONS
from inventory_service.settings import InventorySettings
from shared.runtime.commands import Commands
from shared.runtime.handling import Handler
from shared.runtime.history import History
from shared.runtime.service import Platform, Service, Wiring, run


def wire(platform: Platform[InventorySettings]) -> Wiring:
    handler = Handler(platform.engine, MODEL, project=record_movements)
    commands = Commands(handler)
    history = History(platform.engine, handler.store, publish)
    routers = inventory_routers(commands, Queries(platform.engine), history, platform.clock)
    return Wiring(handler, commands, routers)


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
