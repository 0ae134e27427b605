"""The payment service, wired: `python -m payment_service.main serve` and `... migrate`."""

from sqlalchemy import text

from payment_service.api.routes import payment_router
from payment_service.api.submitting import RefundDesk
from payment_service.charging import Charging
from payment_service.foreseeing import foreseen_call
from payment_service.handling import MODEL
from payment_service.projections import project
from payment_service.providers.simulated import SimulatedProvider
from payment_service.publishing import publish
from payment_service.queries import PaymentQueries
from payment_service.reactions import REACTIONS
from payment_service.settings import PaymentSettings
from shared.database.engine import open_engine
from shared.http.health import HealthCheck
from shared.runtime.commands import Commands
from shared.runtime.handling import Handler
from shared.runtime.history import History
from shared.runtime.service import Platform, Service, Wiring, run


def wire(platform: Platform[PaymentSettings]) -> Wiring:
    settings, engine, clock = platform.settings, platform.engine, platform.clock
    # The provider is somebody else's: it shares nothing with us, not even a connection.
    provider_engine = open_engine(
        settings.provider_database_url.get_secret_value(), application="simulated_provider", pool_size=2
    )
    provider = SimulatedProvider(
        provider_engine, latency=settings.provider_latency, error_rate=settings.provider_error_rate
    )
    handler = Handler(engine, MODEL, project=project)
    charging = Charging(engine, handler, provider, clock)
    handler.observers.append(charging.observe)
    commands = Commands(handler)

    async def provider_answers() -> None:
        async with provider_engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    return Wiring(
        handler=handler,
        commands=commands,
        routers=[
            payment_router(
                PaymentQueries(platform.reads),
                History(platform.reads, handler.store, publish),
                RefundDesk(commands, clock),
            )
        ],
        workers=[charging.run],
        health_checks=[HealthCheck("provider", provider_answers, required=False)],
        close=provider_engine.dispose,
        foresee=foreseen_call,
    )


SERVICE = Service(
    name="payment",
    title="EventFlow payments",
    settings=PaymentSettings,
    reactions=REACTIONS,
    publish=publish,
    wire=wire,
    migrations={
        "PAYMENT_OWNER_DATABASE_URL": "payment_service:migrations",
        "PROVIDER_OWNER_DATABASE_URL": "payment_service.providers:migrations",
    },
)

if __name__ == "__main__":
    run(SERVICE)
