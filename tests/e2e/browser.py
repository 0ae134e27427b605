"""A browser on the gateway's socket."""

import asyncio
from collections import Counter
from contextlib import suppress
from itertools import cycle
from typing import Any, NamedTuple

import aiohttp
import socketio
from socketio import exceptions

from ops.stack.site import ISSUER, SOCKET, Site
from ops.stack.tokens import NoToken, ask_for_token
from tests.e2e.waiting import NotYet, until


class Held(NamedTuple):
    """What is kept of an event: by this it is known whether all came, once, and in order."""

    id: str
    aggregate: tuple[str, str]
    version: int


class Browser:
    """Follows one thing, and comes back with its cursor whenever it is cut off, to the next site's gateway."""

    def __init__(self, *sites: Site, **wanted: str) -> None:
        self._urls = cycle([site.service_url(SOCKET) for site in sites])
        self._issuer_url = sites[0].service_url(ISSUER)
        self._wanted = wanted
        self._cursor: str | None = None
        self.held: list[Held] = []
        self.connections = 0
        self.resyncs: list[Any] = []

    async def stay(self) -> None:
        """Runs until it is cancelled."""
        while True:
            # Whatever a gateway that dies at that very moment comes to: refused, silent, or gone between two words.
            with suppress(exceptions.SocketIOError, NoToken):
                # A session for each client: a client that is gone closes the one it was given.
                async with aiohttp.ClientSession() as session:
                    await self._follow(session)
            await asyncio.sleep(0.1)

    async def _follow(self, session: aiohttp.ClientSession) -> None:
        client: Any = socketio.AsyncClient(reconnection=False, http_session=session)
        client.on("event", self._take)
        client.on("events", self._take_all)
        client.on("resync", self.resyncs.append)
        given = await asyncio.to_thread(ask_for_token, self._issuer_url, "staff", "browser")
        try:
            await client.connect(
                next(self._urls), auth={"token": given["access_token"]}, transports=["websocket"]
            )
        except TypeError as error:  # how the client says that the far end hung up before its first word
            raise exceptions.ConnectionError("the gateway hung up at the greeting") from error
        try:
            await self._stay_subscribed(client)
        finally:
            await client.disconnect()

    async def _stay_subscribed(self, client: Any) -> None:
        wanted = self._wanted if self._cursor is None else {**self._wanted, "cursor": self._cursor}
        answer = await client.call("subscribe", wanted, timeout=30)
        if not answer["ok"]:
            raise exceptions.ConnectionError(answer)
        if self._cursor is None:
            self._cursor = answer["cursor"]
        self.connections += 1
        await client.wait()

    def _take(self, item: dict[str, Any]) -> None:
        event = item["event"]
        self.held.append(Held(event["id"], (event["source"], event["subject"]), event["streamversion"]))
        self._cursor = item["cursor"]

    def _take_all(self, items: list[dict[str, Any]]) -> None:
        for item in items:
            self._take(item)

    async def follows(self) -> None:
        async def look() -> None:
            if not self.connections:
                raise NotYet("it does not follow")

        await until("the browser follows", look, within=60)

    async def holds(self, ids: set[str]) -> None:
        """Once it holds these, it holds each of them once, and the aggregates' versions only rise."""

        async def look() -> None:
            if missing := ids - {event.id for event in self.held}:
                raise NotYet(f"{len(missing)} of {len(ids)} are missing; resyncs: {self.resyncs}")

        await until("the browser holds every event", look, within=60)
        assert not self.resyncs
        times = Counter(event.id for event in self.held)
        assert {event_id: count for event_id, count in times.items() if count > 1} == {}
        last: dict[tuple[str, str], int] = {}
        for event in self.held:
            assert event.version > last.get(event.aggregate, 0), event
            last[event.aggregate] = event.version
