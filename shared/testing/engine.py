"""The platform's own statements, carried out on a database in memory: the real handling and store run on it.

Each statement is a point (`stepping`) named after what it does: "claim inbox", "lock payments", "write orders",
"append events", then "commit" and, when that is done and only its answer is missing, "committed".
A statement that is not known here raises: the fake must be taught it.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from types import TracebackType
from typing import cast

from sqlalchemy import TextClause
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.testing.database import MemoryDatabase
from shared.testing.statements import PLATFORM, CarryOut, MemoryResult, Parameters, Statement
from shared.testing.stepping import Point, stand_at

# The name of the point, what to do, and the table that it is done to.
Understand = Callable[[str], tuple[str, CarryOut, str]]


class MemoryConnection:
    """One connection with one transaction open, as `AsyncConnection` after its first statement."""

    def __init__(self, database: MemoryDatabase, understand: Understand) -> None:
        self._database = database
        self._understand = understand
        self._transaction = database.transaction()

    async def __aenter__(self) -> "MemoryConnection":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transaction.end()

    async def execute(self, statement: TextClause, parameters: Parameters | None = None) -> MemoryResult:
        name, carry_out, table = self._understand(statement.text)
        await stand_at(Point(name))
        return await carry_out(self._database, self._transaction, table, parameters or {})

    async def commit(self) -> None:
        await stand_at(Point("commit"))
        self._transaction.commit()
        await stand_at(Point("committed"))


class MemoryEngine:
    """To be given where an `AsyncEngine` is asked for. `own` are the statements of one service, which it teaches."""

    def __init__(self, database: MemoryDatabase, own: Sequence[Statement] = ()) -> None:
        self._database = database
        self._understand = _reader((*own, *PLATFORM))

    def connect(self) -> MemoryConnection:
        return MemoryConnection(self._database, self._understand)

    def as_engine(self) -> AsyncEngine:
        return cast(AsyncEngine, self)


@cache
def _reader(statements: tuple[Statement, ...]) -> Understand:
    """Reads each text once, for all engines with these statements."""

    @cache
    def understand(text: str) -> tuple[str, CarryOut, str]:
        for pattern, name, carry_out in statements:
            if found := re.match(pattern, text, re.DOTALL):
                table = found[1] if found.re.groups else ""
                return f"{name} {table}".strip(), carry_out, table
        raise NotImplementedError(f"a statement that the database in memory does not know: {text}")

    return understand
