"""Reads that answer a client: each statement by itself, outside any transaction, so it costs one round trip."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Row, TextClause
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.database.faults import Unavailable, translated

Found = Row[*tuple[Any, ...]]


class Reader:
    """Sees what is committed. Everything raises Unavailable when the database does not answer."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[AsyncConnection]:
        """For several statements in a row; between them others may commit."""
        with translated():
            async with self._engine.connect() as connection:
                yield connection

    async def rows(self, statement: TextClause, parameters: Mapping[str, Any]) -> Sequence[Found]:
        try:
            return await self._rows(statement, parameters)
        except Unavailable as fault:
            stale = isinstance(fault.__cause__, DBAPIError) and fault.__cause__.connection_invalidated
            if not stale:
                raise
            # The pool may have kept a connection from before the database restarted; it has given all of them up now.
            return await self._rows(statement, parameters)

    async def _rows(self, statement: TextClause, parameters: Mapping[str, Any]) -> Sequence[Found]:
        async with self.connection() as connection:
            return (await connection.execute(statement, parameters)).all()
