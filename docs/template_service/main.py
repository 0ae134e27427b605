"""The service, wired: `python -m template_service.main serve` and `... migrate`."""

from shared.runtime.commands import Commands
from shared.runtime.handling import Handler
from shared.runtime.service import Platform, Service, Wiring, run
from template_service.api import total_router
from template_service.handling import MODEL
from template_service.publishing import publish
from template_service.queries import TotalQueries
from template_service.reactions import REACTIONS
from template_service.settings import TemplateSettings


def wire(platform: Platform[TemplateSettings]) -> Wiring:
    handler = Handler(platform.engine, MODEL)
    return Wiring(
        handler=handler,
        commands=Commands(handler),
        routers=[total_router(TotalQueries(platform.reads))],
    )


SERVICE = Service(
    name="template",
    title="EventFlow template",
    settings=TemplateSettings,
    reactions=REACTIONS,
    publish=publish,
    wire=wire,
    migrations={"TEMPLATE_OWNER_DATABASE_URL": "template_service:migrations"},
)

if __name__ == "__main__":
    run(SERVICE)
