"""The broker is killed and restarted while events are published and heard: everything arrives, and takes effect once."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

from ops.stack.isolation import FreshDatabase
from ops.stack.servers import Servers
from shared.database.engine import open_engine
from shared.messaging.consumer import Consumer
from shared.messaging.provisioning import provision
from shared.messaging.reactions import Heard, Reactions
from shared.runtime.handling import Handler
from shared.runtime.reacting import handle_reactions
from tests.integration.conftest import MakeDatabase
from tests.integration.platform.bank import MODEL, Deposit, Open
from tests.integration.platform.broker import ORDER, linked
from tests.integration.platform.relaying import relaying
from tests.integration.platform.teller import Teller
from tests.integration.platform.waiting import until
from tests.integration.platform.wire import REGISTRY, AccountOpened, MoneyDeposited


def open_when_opened(heard: Heard[AccountOpened]) -> Open:
    return Open(UUID(heard.subject), "mirror")


def deposit_when_deposited(heard: Heard[MoneyDeposited]) -> Deposit:
    """Twice would be noticed: a deposit knows no repeats."""
    return Deposit(UUID(heard.subject), heard.data.amount)


MIRROR: Reactions = {AccountOpened: open_when_opened, MoneyDeposited: deposit_when_deposited}


async def ready() -> None:
    """A database that answers."""


async def test_mirror_agrees_when_the_broker_was_killed_and_restarted_in_the_middle(
    teller: Teller,
    database: FreshDatabase,
    make_database: MakeDatabase,
    template: str,
    virtual_host: str,
    servers: Servers,
) -> None:
    await provision(virtual_host)
    async with linked(virtual_host) as broker:
        queue = await broker.channel.get_queue(ORDER.queue)
        await queue.bind("order_exchange", routing_key="bank.#")
    mirror = open_engine(make_database("order", template).runtime_url, application="mirror")
    mirrored = Teller(Handler(mirror, MODEL), mirror)
    consumer = Consumer(
        broker_url=virtual_host,
        subscription=ORDER,
        reactions=MIRROR,
        handle=handle_reactions(mirrored.handler),
        database_answers=ready,
        clock=lambda: datetime.now(UTC),
        registry=REGISTRY,
    )
    stop = asyncio.Event()
    consuming = asyncio.create_task(consumer.run(stop))
    account = await teller.account("original")

    async def balance_is(expected: int) -> bool:
        return await mirrored.balance(account) == expected

    async def deposit(times: int) -> None:
        for _ in range(times):
            await teller.ask(*(Deposit(account, 1) for _ in range(50)))

    async with relaying(teller.engine, database.runtime_url, virtual_host) as running:
        teller.handler.observers.append(running.relay.observe)
        await until(lambda: balance_is(0))
        depositing = asyncio.create_task(deposit(30))
        await until(lambda: mirrored.value("SELECT balance > 100 FROM accounts WHERE id = :id", id=account))
        await asyncio.to_thread(servers.kill, "rabbitmq")
        await depositing
        await until(lambda: not consumer.connected)
        await asyncio.to_thread(servers.start, "rabbitmq")
        await until(lambda: balance_is(1500), within=30)
    async with linked(virtual_host) as broker:
        assert await broker.counts() == {}
    stop.set()
    await consuming
    await mirror.dispose()
