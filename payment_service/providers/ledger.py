"""The simulated provider's ledger in its own database: asks that arrive together are settled and committed together."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Integer, Row, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from payment_service.domain.money import Money
from payment_service.providers.books import Books
from payment_service.providers.port import KeyMisused
from payment_service.providers.rules import Ask, Entry, Kind, Outcome
from shared.database.faults import DatabaseFault, translated

MAX_BATCH = 200


@dataclass(eq=False)
class _Waiting:
    ask: Ask
    done: asyncio.Future[Entry] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Ledger:
    """Every key once, with what was asked, how often, and what became of it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._waiting: list[_Waiting] = []
        self._committing: asyncio.Task[None] | None = None

    async def enter(self, ask: Ask) -> Entry:
        """The entry after this ask, committed. Raises KeyMisused, or DatabaseFault: then it may be committed or not."""
        waiting = _Waiting(ask)
        self._waiting.append(waiting)
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit_what_waits())
        return await waiting.done

    async def find(self, key: str) -> Entry | None:
        """Raises DatabaseFault."""
        with translated():
            async with self._engine.connect() as connection:
                row = (await connection.execute(_BY_KEY, {"key": key})).first()
        return _entry(row) if row else None

    async def _commit_what_waits(self) -> None:
        """One transaction after the other: what arrives while one commits goes into the next."""
        while self._waiting:
            batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
            try:
                results = await self._commit([waiting.ask for waiting in batch])
            except DatabaseFault as fault:
                results = [fault] * len(batch)
            except BaseException as error:
                for waiting in batch:
                    _settle(waiting.done, error)
                raise
            for waiting, result in zip(batch, results, strict=True):
                _settle(waiting.done, result)

    async def _commit(self, asks: Sequence[Ask]) -> Sequence[Entry | KeyMisused]:
        with translated():
            async with self._engine.begin() as connection:
                books = await _locked_pages(connection, asks)
                results = [_entered(books, ask) for ask in asks]
                entries = {result.ask.key: result for result in results if isinstance(result, Entry)}
                await connection.execute(_SETTLE, _columns_of_entries(list(entries.values())))
        return results


def _settle(done: asyncio.Future[Entry], result: Entry | BaseException) -> None:
    if done.done():
        return  # whoever asked has stopped waiting: it will ask again
    if isinstance(result, Entry):
        done.set_result(result)
    else:
        done.set_exception(result)


def _entered(books: Books, ask: Ask) -> Entry | KeyMisused:
    try:
        return books.enter(ask)
    except KeyMisused as misuse:
        return misuse


async def _locked_pages(connection: AsyncConnection, asks: Sequence[Ask]) -> Books:
    """The entries that the asks concern; no other instance can settle or refund one of them before we commit."""
    await connection.execute(_PLACEHOLDERS, _columns_of_asks(asks))
    charges = [ask.charge_reference for ask in asks if ask.charge_reference is not None]
    rows = list(await connection.execute(_LOCK, {"keys": [ask.key for ask in asks], "references": charges}))
    if charges:
        rows += await connection.execute(_REFUNDS, {"references": charges})
    return Books(_entry(row) for row in rows)


def _entry(row: Row[Any]) -> Entry:
    ask = Ask(row.key, Kind(row.kind), Money(row.amount, row.currency), row.method, row.charge_reference)
    return Entry(ask, row.asked, Outcome(row.outcome), row.code, row.reference)


def _columns_of_asks(asks: Sequence[Ask]) -> dict[str, list[Any]]:
    return {
        "keys": [ask.key for ask in asks],
        "kinds": [ask.kind.value for ask in asks],
        "amounts": [ask.amount.amount for ask in asks],
        "currencies": [ask.amount.currency for ask in asks],
        "methods": [ask.method for ask in asks],
        "charges": [ask.charge_reference for ask in asks],
    }


def _columns_of_entries(entries: Sequence[Entry]) -> dict[str, list[Any]]:
    return {
        "keys": [entry.ask.key for entry in entries],
        "asked": [entry.asked for entry in entries],
        "outcomes": [entry.outcome.value for entry in entries],
        "codes": [entry.code for entry in entries],
        "references": [entry.reference for entry in entries],
    }


_TEXTS, _INTEGERS, _AMOUNTS = ARRAY(Text), ARRAY(Integer), ARRAY(BigInteger)
_COLUMNS = "key, kind, amount, currency, method, charge_reference, asked, outcome, code, reference"

_BY_KEY = text(f"SELECT {_COLUMNS} FROM ledger WHERE key = :key")
# Sorted, then locks in the same order: two instances with the same keys wait for each other and never in a circle.
_PLACEHOLDERS = text(
    "INSERT INTO ledger (key, kind, amount, currency, method, charge_reference)"
    " SELECT * FROM unnest(:keys, :kinds, :amounts, :currencies, :methods, :charges) AS ask (key) ORDER BY key"
    " ON CONFLICT (key) DO NOTHING"
).bindparams(
    bindparam("keys", type_=_TEXTS),
    bindparam("kinds", type_=_TEXTS),
    bindparam("amounts", type_=_AMOUNTS),
    bindparam("currencies", type_=_TEXTS),
    bindparam("methods", type_=_TEXTS),
    bindparam("charges", type_=_TEXTS),
)
_LOCK = text(
    f"SELECT {_COLUMNS} FROM ledger WHERE key = ANY(:keys) OR reference = ANY(:references)"
    " ORDER BY key FOR UPDATE"
).bindparams(bindparam("keys", type_=_TEXTS), bindparam("references", type_=_TEXTS))
_REFUNDS = text(f"SELECT {_COLUMNS} FROM ledger WHERE charge_reference = ANY(:references)").bindparams(
    bindparam("references", type_=_TEXTS)
)
_SETTLE = text(
    "UPDATE ledger SET asked = n.asked, outcome = n.outcome, code = n.code, reference = n.reference"
    " FROM unnest(:keys, :asked, :outcomes, :codes, :references) AS n (key, asked, outcome, code, reference)"
    " WHERE ledger.key = n.key"
).bindparams(
    bindparam("keys", type_=_TEXTS),
    bindparam("asked", type_=_INTEGERS),
    bindparam("outcomes", type_=_TEXTS),
    bindparam("codes", type_=_TEXTS),
    bindparam("references", type_=_TEXTS),
)
