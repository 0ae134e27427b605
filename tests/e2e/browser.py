"""A browser on the gateway's socket."""

import asyncio
from collections import Counter
from contextlib import suppress
from typing import Any

import aiohttp
import socketio
from socketio import exceptions

from ops.stack.site import ISSUER, SOCKET, Site
from ops.stack.tokens import NoToken, ask_for_token
from tests.e2e.waiting import NotYet, until


class Browser:
    """Follows one thing, and comes back with its cursor whenever it is cut off."""

    def __init__(self, site: Site, **wanted: str) -> None:
        self._url = site.service_url(SOCKET)
        self._issuer_url = site.service_url(ISSUER)
        self._wanted = wanted
        self._cursor: str | None = None
        self.held: list[dict[str, Any]] = []
        self.connections = 0
        self.resyncs: list[Any] = []

    @property
    def ids(self) -> Counter[str]:
        return Counter(event["id"] for event in self.held)

    async def stay(self) -> None:
        """Runs until it is cancelled."""
        while True:
            with suppress(exceptions.ConnectionError, exceptions.TimeoutError, NoToken):
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
        await client.connect(self._url, auth={"token": given["access_token"]}, transports=["websocket"])
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
        self.held.append(item["event"])
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
            if missing := ids - set(self.ids):
                raise NotYet(f"{len(missing)} of {len(ids)} are missing; resyncs: {self.resyncs}")

        await until("the browser holds every event", look, within=60)
        assert not self.resyncs
        assert {event_id: count for event_id, count in self.ids.items() if count > 1} == {}
        last: dict[tuple[str, str], int] = {}
        for event in self.held:
            aggregate = event["source"], event["subject"]
            assert event["streamversion"] > last.get(aggregate, 0), event
            last[aggregate] = event["streamversion"]
