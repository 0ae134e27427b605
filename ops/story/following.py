"""Events as they happen, over the gateway's sockets: resumed by cursor after every cut, without end."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ops.desks import Json
from ops.stack.errors import StackError
from ops.stack.tokens import NoToken

ACK_SECONDS = 20
SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 5.0


@dataclass(frozen=True, slots=True)
class Happened:
    """One event, a CloudEvent as it was published."""

    cursor: str
    event: Json


@dataclass(frozen=True, slots=True)
class Resync:
    """The gateway cannot tell what happened since we were there last: events are missing from here on."""

    reason: str


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection is gone; it is made again, and what happened meanwhile is told then."""


@dataclass(frozen=True, slots=True)
class Resumed:
    pass


News = Happened | Resync | Cut | Resumed


async def follow(url: str, wanted: Mapping[str, str], token: Callable[[], str]) -> AsyncGenerator[News]:
    """What happens in the room that `wanted` names, from now on. StackError when the gateway cannot be reached at first.

    After a cut it goes on behind the last event that was told, so each is told once. Each connection is made with a
    token of its own, which `token` gives in a thread.
    """
    cursor: str | None = None
    pause = SHORTEST_PAUSE
    while True:
        line = _Line()
        try:
            where = {} if cursor is None else {"cursor": cursor}
            position = await line.subscribe(url, await _given(token), {**wanted, **where})
            if cursor is not None:
                yield Resumed()
            cursor, pause = cursor or position, SHORTEST_PAUSE
            while (news := await line.heard.get()) is not None:
                match news:
                    case Happened():
                        cursor = news.cursor
                        yield news
                    case _Lost():
                        cursor = news.cursor
                        yield Resync(news.reason)
            yield Cut()
        except _Unreachable as refusal:
            if cursor is None:
                raise StackError(
                    f"The gateway does not let us follow ({refusal}); see ./eventflow status."
                ) from None
        finally:
            await line.hang_up()
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


async def _given(token: Callable[[], str]) -> str:
    try:
        return await asyncio.to_thread(token)
    except NoToken as refusal:
        raise _Unreachable(str(refusal)) from refusal


class _Unreachable(Exception):
    """There is no connection, or the subscription was refused."""


@dataclass(frozen=True, slots=True)
class _Lost:
    reason: str
    cursor: str


class _Line:
    """One connection, until it is cut. `heard` ends with None."""

    def __init__(self) -> None:
        # Loaded when it is needed: it takes as long as all the rest of the command line.
        from socketio import AsyncClient
        from socketio.exceptions import SocketIOError

        # TypeError is how the client says that the far end hung up before its first word.
        self._faults = (SocketIOError, OSError, TypeError)
        self.heard: asyncio.Queue[Happened | _Lost | None] = asyncio.Queue()
        self._client: Any = AsyncClient(reconnection=False, handle_sigint=False)
        self._client.on("event", self._hear)
        self._client.on("events", self._hear_all)
        self._client.on("resync", self._lose)
        self._client.on("disconnect", self._end)

    async def subscribe(self, url: str, token: str, wanted: Mapping[str, str]) -> str:
        """Where the subscription begins. Raises _Unreachable."""
        try:
            await self._client.connect(url, auth={"token": token}, transports=["websocket"])
            answer = await self._client.call("subscribe", dict(wanted), timeout=ACK_SECONDS)
        except self._faults as error:
            raise _Unreachable(str(error) or type(error).__name__) from error
        if not answer["ok"]:
            raise _Unreachable(answer["error"])
        return answer["cursor"]

    async def hang_up(self) -> None:
        await self._client.disconnect()

    def _hear(self, item: Json) -> None:
        self.heard.put_nowait(Happened(item["cursor"], item["event"]))

    def _hear_all(self, items: list[Json]) -> None:
        for item in items:
            self._hear(item)

    def _lose(self, told: Json) -> None:
        self.heard.put_nowait(_Lost(told["reason"], told["cursor"]))

    def _end(self, *_: object) -> None:
        self.heard.put_nowait(None)
