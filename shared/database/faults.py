"""What an error of the database means: is it about the data at hand, or about the world around them?

DataFault         the statement itself is at fault: trying it again alone shows for which input
Unavailable       connection, shutdown, deadlock, disk full, timeout: the same batch may simply be run again
LockedByAnother   somebody holds what the statement needs, for longer than the session waits for a lock
CommitUnknown     COMMIT was sent and its answer was lost: look before doing anything again
"""

from collections.abc import Generator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection

# Data exception, integrity violation, syntax or access rule, PL/pgSQL's RAISE, and a limit that no waiting lifts, such
# as a text too long for an index: https://www.postgresql.org/docs/15/errcodes-appendix.html
_ABOUT_DATA = ("22", "23", "42", "P0", "54")
_UNIQUE_VIOLATION = "23505"
_LOCK_NOT_AVAILABLE = "55P03"


class DatabaseFault(Exception):
    """Base of those below."""


class DataFault(DatabaseFault):
    """The database refuses what was asked of it, and would again."""

    def __init__(self, message: str, sqlstate: str) -> None:
        super().__init__(message)
        self.sqlstate = sqlstate

    @property
    def is_unique_violation(self) -> bool:
        return self.sqlstate == _UNIQUE_VIOLATION


class Unavailable(DatabaseFault):
    """The database cannot answer just now. Nothing was committed."""


class LockedByAnother(Unavailable):
    """Another transaction holds a row or a claim for longer than the session waits for a lock."""


class CommitUnknown(DatabaseFault):
    """The connection was lost after COMMIT had been sent."""


ENVIRONMENT_FAULTS = (Unavailable, CommitUnknown)
"""What counts against no input: the same batch may be run again, and what is committed of it is known by its claims."""


@contextmanager
def translated() -> Generator[None, None, None]:
    """Turns what SQLAlchemy, asyncpg and the network raise into the hierarchy above."""
    try:
        yield
    except DBAPIError as error:
        raise _meaning(error.orig or error) from error
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:  # of the driver, used without SQLAlchemy
        raise _meaning(error) from error
    except (TimeoutError, OSError, PoolTimeout) as error:
        raise Unavailable(str(error) or type(error).__name__) from error


async def commit(connection: AsyncConnection) -> None:
    """Commits. Raises CommitUnknown when the connection is lost before the answer, so that nobody takes it for undone."""
    try:
        with translated():
            await connection.commit()
    except Unavailable as lost:
        raise CommitUnknown(str(lost)) from lost


def _meaning(error: BaseException) -> DatabaseFault:
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str) and state[:2] in _ABOUT_DATA:
        return DataFault(str(error), state)
    if state == _LOCK_NOT_AVAILABLE:
        return LockedByAnother(str(error))
    return Unavailable(str(error) or type(error).__name__)
