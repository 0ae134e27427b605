"""Browsers on sockets while things die: each holds every event once, in order per aggregate."""

import asyncio
from collections import Counter
from contextlib import suppress
from typing import Any

import aiohttp
import socketio
from socketio import exceptions

from ops.stack.lifecycle import Stack
from ops.stack.site import SERVICES, SOCKET, Site
from tests.e2e.broker import listening
from tests.e2e.load import Load
from tests.e2e.relays import checkpoints_held, leader, published_ahead
from tests.e2e.shop import Shop
from tests.e2e.waiting import NotYet, until


class Browser:
    """Follows one thing, and comes back with its cursor whenever it is cut off."""

    def __init__(self, site: Site, **wanted: str) -> None:
        self._url = site.service_url(SOCKET)
        self._wanted = wanted
        self._cursor: str | None = None
        self._open: Any = None
        self.held: list[dict[str, Any]] = []
        self.connections = 0
        self.resyncs: list[Any] = []

    @property
    def ids(self) -> Counter[str]:
        return Counter(event["id"] for event in self.held)

    async def stay(self) -> None:
        """Runs until it is cancelled."""
        async with aiohttp.ClientSession() as session:
            try:
                while True:
                    with suppress(exceptions.ConnectionError, exceptions.TimeoutError):
                        await self._follow(session)
                    await asyncio.sleep(0.1)
            finally:
                if self._open is not None:
                    await self._open.disconnect()

    async def _follow(self, session: aiohttp.ClientSession) -> None:
        client: Any = socketio.AsyncClient(reconnection=False, http_session=session)
        client.on("event", self._take)
        client.on("events", self._take_all)
        client.on("resync", self.resyncs.append)
        await client.connect(self._url, transports=["websocket"])
        self._open = client
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


async def test_browsers_hold_every_event_once_when_the_gateway_was_killed_under_load(
    shop: Shop, stack: Stack
) -> None:
    load = Load(shop, 600, seed=21)
    await load.stock_up()
    dashboard = Browser(shop.site, topic="dashboard")
    staying = asyncio.create_task(dashboard.stay())
    try:
        await dashboard.follows()
        async with listening(shop.site) as heard, asyncio.TaskGroup() as group:
            group.create_task(load.place_all())
            for share in (0.2, 0.6):
                await load.reached(share)
                await asyncio.to_thread(stack.kill, "gateway")
        await asyncio.to_thread(stack.start, "gateway")
        await load.ended(within=120)
        await dashboard.holds(set(heard))
        assert dashboard.connections >= 2
    finally:
        staying.cancel()
        await asyncio.gather(staying, return_exceptions=True)


async def test_each_socket_sees_each_id_once_when_relays_died_between_publishing_and_their_checkpoint(
    shop: Shop, stack: Stack
) -> None:
    load = Load(shop, 150, seed=22)
    await load.stock_up()
    browsers = [Browser(shop.site, topic="dashboard"), Browser(shop.site, topic="dashboard")]
    staying = [asyncio.create_task(browser.stay()) for browser in browsers]
    told_twice: set[str] = set()
    try:
        for browser in browsers:
            await browser.follows()
        async with listening(shop.site) as heard:
            async with asyncio.TaskGroup() as group, checkpoints_held(shop.site):
                group.create_task(load.place_all())
                await load.reached(0.5)
                for service in SERVICES:
                    told_twice |= await published_ahead(shop.site, service, heard)
                    await asyncio.to_thread(stack.kill, await leader(stack, service))

            async def repeated() -> None:
                if once := [event_id for event_id in told_twice if heard[event_id] < 2]:
                    raise NotYet(f"{len(once)} of {len(told_twice)} were published once")

            await until("what no checkpoint told of is published again", repeated, within=60)
            await load.ended(within=120)
            assert told_twice
            for browser in browsers:
                await browser.holds(set(heard))
                assert browser.connections == 1
    finally:
        for each in staying:
            each.cancel()
        await asyncio.gather(*staying, return_exceptions=True)
