"""Gives commands to the bank and looks at what became of them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.eventsourcing.ids import new_id
from shared.eventsourcing.metadata import Actor, Context
from shared.eventsourcing.recorded import Recorded
from shared.http.idempotency import IdempotencyKey, StoredAnswer
from shared.runtime.handling import Handler
from shared.runtime.submissions import Decided, Expectation, Outcome, Submission
from tests.integration.platform.accounts import ACCOUNTS
from tests.integration.platform.bank import Command, Deposit, NoSuchAccount, Open

CLERK = Actor("clerk-1", "staff")


def asked(
    command: Command | None,
    *,
    heard: UUID | None = None,
    replayed: bool = False,
    key: IdempotencyKey | None = None,
    expects: Expectation | None = None,
    now: datetime | None = None,
    command_id: UUID | None = None,
    customer_id: str | None = "c-1",
    answer: Callable[[Decided], StoredAnswer] | None = None,
) -> Submission:
    """A submission as the API makes it; with `heard` as the consumer makes it."""
    cause = heard or command_id or new_id()
    context = Context(cause, cause, cause, CLERK, now or datetime.now(UTC), customer_id)
    return Submission(
        command, context, heard, replayed, key, expects, answer or (answer_of if key is not None else None)
    )


def answer_of(decided: Decided) -> StoredAnswer:
    """What a client would be told, different for every decision."""
    if decided.refusal is not None:
        return StoredAnswer(404 if isinstance(decided.refusal, NoSuchAccount) else 422, {"refused": True})
    ids: list[Any] = [str(event.id) for event in decided.events]
    return StoredAnswer(200, {"events": ids}, {"ETag": "1"})


class Teller:
    """The bank's counter for a test: one handler and direct sight of the database."""

    def __init__(self, handler: Handler, engine: AsyncEngine) -> None:
        self.handler = handler
        self.engine = engine

    async def ask(self, *commands: Command) -> list[Outcome]:
        return await self.handler.handle([asked(command) for command in commands])

    async def account(self, branch: str, balance: int = 0) -> UUID:
        """A new account."""
        account = new_id()
        await self.ask(Open(account, branch))
        if balance:
            await self.ask(Deposit(account, balance))
        return account

    async def balance(self, account: UUID) -> int | None:
        return await self.value("SELECT balance FROM accounts WHERE id = :id AND version > 0", id=account)

    async def cash(self, branch: str) -> int | None:
        return await self.value("SELECT total FROM cash WHERE id = :id", id=branch)

    async def history(self, account: UUID) -> list[Recorded]:
        async with self.engine.connect() as connection:
            return await self.handler.store.stream(connection, ACCOUNTS.stream(str(account)))

    async def value(self, statement: str, **parameters: Any) -> Any:
        async with self.engine.connect() as connection:
            return await connection.scalar(text(statement), parameters)

    async def rows(self, statement: str, **parameters: Any) -> Sequence[Any]:
        async with self.engine.connect() as connection:
            return (await connection.execute(text(statement), parameters)).all()
