"""A connection to PostgreSQL, with types: asyncpg ships none."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeVar, cast

import asyncpg

Result = TypeVar("Result")
ServerRefused = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


class Connection(Protocol):
    """What we use of asyncpg's connection."""

    async def execute(self, query: str, *arguments: object) -> str: ...

    async def fetchval(self, query: str, *arguments: object) -> Any: ...

    async def close(self) -> None: ...


@asynccontextmanager
async def connected(url: str) -> AsyncGenerator[Connection]:
    """A connection that is closed in the end. One of `ServerRefused` when the server does not answer in 5 s."""
    connection = cast("Connection", await asyncpg.connect(url, timeout=5))  # pyright: ignore[reportUnknownMemberType]
    try:
        yield connection
    finally:
        await connection.close()


def run_blocking(work: Coroutine[Any, Any, Result]) -> Result:
    """Runs the coroutine to its end, also when the caller's thread has an event loop running already."""
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(asyncio.run(work))
        except BaseException as error:  # noqa: BLE001 - carried over to the caller's thread, which raises it
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]
