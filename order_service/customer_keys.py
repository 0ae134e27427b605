"""Customers' keys: made when first needed, kept wrapped in one table, and known here for a minute at most."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, LargeBinary, Row, Text, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from order_service.sealing import DataKey, MasterKey, new_secret
from shared.database.faults import translated
from shared.eventsourcing.ids import new_id

KNOWN_FOR = timedelta(seconds=60)
_KNOWN_AT_MOST = 20_000

_OF_CUSTOMERS = text(
    "SELECT key_id, customer_id, wrapped_key FROM customer_keys WHERE customer_id = ANY(:customers)"
).bindparams(bindparam("customers", type_=ARRAY(Text)))
_BY_ID = text(
    "SELECT key_id, customer_id, wrapped_key FROM customer_keys WHERE key_id = ANY(:ids)"
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))
_CREATE = text(
    "INSERT INTO customer_keys (customer_id, key_id, wrapped_key, created_at)"
    " SELECT n.customer_id, n.key_id, n.wrapped_key, :now"
    " FROM unnest(:customers, :ids, :wrapped) AS n (customer_id, key_id, wrapped_key) ORDER BY n.customer_id"
    " ON CONFLICT (customer_id) DO NOTHING"
).bindparams(
    bindparam("customers", type_=ARRAY(Text)),
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("wrapped", type_=ARRAY(LargeBinary)),
)
_HOLD = text(
    "SELECT key_id FROM customer_keys WHERE key_id = ANY(:ids) ORDER BY key_id FOR KEY SHARE"
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))


@dataclass(frozen=True, slots=True)
class _Known:
    key: DataKey
    until: datetime


class CustomerKeys:
    """The keys of all customers. Everybody who asks while a query runs is answered by the next one, together."""

    def __init__(self, engine: AsyncEngine, master: MasterKey, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._master = master
        self._clock = clock
        self._known: OrderedDict[UUID, _Known] = OrderedDict()
        self._of_customer: dict[str, UUID] = {}
        self._wanted: dict[str, asyncio.Future[DataKey]] = {}
        self._fetching: asyncio.Task[None] | None = None

    async def of_customer(self, customer_id: str) -> DataKey:
        """The customer's key, made now if there is none. Raises Unavailable when the database does not answer."""
        key_id = self._of_customer.get(customer_id)
        if key_id is not None and (key := self._still_known(key_id)):
            return key
        wanted = self._wanted.get(customer_id)
        if wanted is None:
            wanted = self._wanted[customer_id] = asyncio.get_running_loop().create_future()
            if self._fetching is None:
                self._fetching = asyncio.create_task(self._fetch())
        return await asyncio.shield(wanted)

    async def by_id(self, key_ids: Collection[UUID]) -> Mapping[UUID, DataKey]:
        """The keys that still exist. Raises Unavailable when the database does not answer."""
        found = {key_id: key for key_id in key_ids if (key := self._still_known(key_id))}
        missing = [key_id for key_id in key_ids if key_id not in found]
        if missing:
            with translated():
                async with self._engine.connect() as connection:
                    rows = (await connection.execute(_BY_ID, {"ids": missing})).all()
            found |= {key.key_id: key for key in self._remember(rows)}
        return found

    async def hold(self, connection: AsyncConnection, key_ids: Collection[UUID]) -> set[UUID]:
        """Which of the keys are gone; the others cannot be destroyed until the connection's transaction ends."""
        held = set((await connection.execute(_HOLD, {"ids": sorted(key_ids)})).scalars())
        gone = set(key_ids) - held
        self.forget(gone)
        return gone

    def forget(self, key_ids: Iterable[UUID]) -> None:
        """These keys were destroyed."""
        for key_id in key_ids:
            known = self._known.pop(key_id, None)
            if known is not None and self._of_customer.get(known.key.customer_id) == key_id:
                del self._of_customer[known.key.customer_id]

    def _still_known(self, key_id: UUID) -> DataKey | None:
        known = self._known.get(key_id)
        return known.key if known is not None and known.until > self._clock() else None

    async def _fetch(self) -> None:
        try:
            while self._wanted:
                wanted, self._wanted = self._wanted, {}
                await self._answer(wanted)
        finally:
            self._fetching = None

    async def _answer(self, wanted: Mapping[str, asyncio.Future[DataKey]]) -> None:
        try:
            keys = await self._find_or_create(list(wanted))
        except BaseException as error:
            for waiting in wanted.values():
                waiting.set_exception(error)
                waiting.exception()  # a client that hung up never asks for it
            if not isinstance(error, Exception):
                raise
        else:
            for customer_id, waiting in wanted.items():
                waiting.set_result(keys[customer_id])

    async def _find_or_create(self, customers: Sequence[str]) -> Mapping[str, DataKey]:
        with translated():
            async with self._engine.begin() as connection:
                rows = await _rows_of(connection, customers)
                while missing := set(customers) - {row.customer_id for row in rows}:
                    await self._create(connection, missing)
                    rows = await _rows_of(connection, customers)
        keys = {key.customer_id: key for key in self._remember(rows)}
        self._of_customer |= {customer_id: key.key_id for customer_id, key in keys.items()}
        return keys

    async def _create(self, connection: AsyncConnection, customers: Collection[str]) -> None:
        """An instance that does the same at the same time may come first: then its keys are the ones."""
        keys = [DataKey(new_id(), customer_id, new_secret()) for customer_id in sorted(customers)]
        await connection.execute(
            _CREATE,
            {
                "customers": [key.customer_id for key in keys],
                "ids": [key.key_id for key in keys],
                "wrapped": [self._master.wrap(key) for key in keys],
                "now": self._clock(),
            },
        )

    def _remember(self, rows: Sequence[Row[Any]]) -> list[DataKey]:
        until = self._clock() + KNOWN_FOR
        keys = [self._master.unwrap(row.key_id, row.customer_id, row.wrapped_key) for row in rows]
        for key in keys:
            self._known[key.key_id] = _Known(key, until)
            self._known.move_to_end(key.key_id)
        # The oldest first: none beyond its time stays in memory for longer than the next look-up.
        while self._known and (
            len(self._known) > _KNOWN_AT_MOST or next(iter(self._known.values())).until <= self._clock()
        ):
            self.forget([next(iter(self._known))])
        return keys


async def _rows_of(connection: AsyncConnection, customers: Sequence[str]) -> Sequence[Row[Any]]:
    return (await connection.execute(_OF_CUSTOMERS, {"customers": customers})).all()
