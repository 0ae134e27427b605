"""The bank as a service of its own: `python -m tests.integration.platform.bank_service serve [--only PART]`.

It stands in the order service's place: hears on its queue and publishes to its exchange.
"""

from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic_settings import SettingsConfigDict

from shared.contracts import Contract
from shared.contracts.orders import OrderCancelled
from shared.contracts.payments import PaymentCancelled
from shared.eventsourcing.recorded import Recorded
from shared.http.access import public
from shared.http.json_bodies import JsonRoute
from shared.messaging.reactions import Heard, Reactions
from shared.runtime.commands import Commands
from shared.runtime.handling import Handler
from shared.runtime.service import Platform, Service, Wiring, run
from shared.runtime.settings import ServiceSettings
from shared.runtime.submissions import Decided
from tests.integration.platform.accounts import Deposited
from tests.integration.platform.bank import MODEL, Deposit
from tests.integration.platform.teller import asked


class BankSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="BANK_")


def deposit_when_payment_cancelled(heard: Heard[PaymentCancelled]) -> Deposit:
    return Deposit(heard.data.order_id, 1_000)


REACTIONS: Reactions = {PaymentCancelled: deposit_when_payment_cancelled}


def publish(recorded: Recorded) -> Contract | None:
    if not isinstance(recorded.event, Deposited):
        return None
    return OrderCancelled(order_id=UUID(recorded.row_id), reason="expired", previous_status="PENDING")


def counter(commands: Commands) -> APIRouter:
    router = APIRouter(route_class=JsonRoute)

    @router.post("/accounts/{account}/deposits/{amount}")
    @public
    async def deposit(account: UUID, amount: int) -> dict[str, Any]:  # pyright: ignore[reportUnusedFunction]
        outcome = await commands.submit(asked(Deposit(account, amount)))
        assert isinstance(outcome, Decided)
        return {"version": outcome.events[0].version}

    return router


def wire(platform: Platform[BankSettings]) -> Wiring:
    handler = Handler(platform.engine, MODEL)
    commands = Commands(handler)
    return Wiring(handler=handler, commands=commands, routers=[counter(commands)])


SERVICE = Service(
    name="order",
    title="A bank",
    settings=BankSettings,
    reactions=REACTIONS,
    publish=publish,
    wire=wire,
    migrations={"BANK_OWNER_DATABASE_URL": str(Path(__file__).parent / "migrations")},
    needs_broker=False,
)

if __name__ == "__main__":
    run(SERVICE)
