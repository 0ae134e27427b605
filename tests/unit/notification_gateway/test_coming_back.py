"""A client that keeps a cursor for each subscription, cut off anywhere, comes back to everything that it missed."""

import asyncio
from collections import deque
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import orjson
import pytest

from notification_gateway.catching_up import CatchingUp
from notification_gateway.cursors import Cursor
from notification_gateway.entries import DASHBOARD, Entry, Room, entries_of, name_of
from notification_gateway.journal import Journal
from notification_gateway.outbox import Budget, Outbox
from notification_gateway.rooms import Rooms
from notification_gateway.sockets import Socket
from shared.eventsourcing.ids import new_id
from shared.identity.callers import STAFF, Caller
from tests.unit.notification_gateway.entries import raw_event

# Whose orders they are.
CUSTOMERS = {str(new_id()): customer for customer in ("c-1", "c-1", "c-2")}
ROOMS: list[Room] = [
    DASHBOARD,
    *(("order", order) for order in CUSTOMERS),
    *(("customer", customer) for customer in sorted(set(CUSTOMERS.values()))),
]
BEFORE, STEPS = 60, 300


class Stream:
    """A gateway's memory of the events of three orders."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self.entries: list[Entry] = []
        self.journal = Journal()
        self.rooms = Rooms()
        self.journal.listeners.append(self.rooms)
        self.publish(BEFORE)
        self.journal.filled()

    def publish(self, count: int) -> None:
        for _ in range(count):
            order = self._chance.choice(list(CUSTOMERS))
            event = raw_event(len(self.entries)) | {"subject": order, "customerid": CUSTOMERS[order]}
            found = entries_of(len(self.entries), orjson.dumps([event]))
            self.entries += found
            self.journal.append(found)

    def behind(self, room: Room, position: int) -> set[str]:
        return {
            entry.event_id
            for entry in self.entries
            if entry.position > position and (room == DASHBOARD or room in entry.rooms)
        }


class Reader:
    """Follows rooms over one connection after another; `begun` says from where on, `held` what came."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._cursors: dict[Room, Cursor] = {}
        self.begun: dict[Room, int] = {}
        self.held: set[str] = set()
        self._connect()

    def _connect(self) -> None:
        self._said: deque[tuple[str, Any]] = deque()
        self._asked: dict[Room, int] = {}
        self._acknowledged: set[Room] = set()
        self._outbox = Outbox(Budget())
        catching_up = CatchingUp("amqp://nowhere", self._stream.journal)
        self._socket = Socket(
            journal=self._stream.journal,
            rooms=self._stream.rooms,
            catching_up=catching_up,
            outbox=self._outbox,
            abort=lambda: None,
        )
        self._socket.admit(Caller("s-1", STAFF, datetime.now(UTC) + timedelta(hours=1)), 3600, None)

    async def cut(self) -> None:
        """Whatever was not read is gone."""
        self.hang_up()
        self._connect()
        for room in list(self._cursors):
            await self.follow(room)

    def hang_up(self) -> None:
        self._socket.close()

    async def follow(self, room: Room) -> None:
        known = self._cursors.get(room)
        wanted = name_of(room) | ({"cursor": str(known)} if known else {})
        answer = await self._socket.answer("subscribe", [wanted])
        # It is answered without waiting for anything: what was sent so far was sent before.
        await self._hear()
        times = self._asked.setdefault(room, 0)
        self._said.append(("acknowledged", (room, times, answer["cursor"], known is None)))

    async def leave(self, room: Room) -> None:
        await self._socket.answer("unsubscribe", [name_of(room)])
        # What it has not read yet, an acknowledgement too, is no longer of this subscription.
        self._acknowledged.discard(room)
        self._asked[room] = self._asked.get(room, 0) + 1

    async def _hear(self) -> None:
        while self._outbox.waiting_bytes:
            message = await self._outbox.get()
            assert message is not None
            name, payload = orjson.loads(message.encode()[2:])
            self._said.append((name, payload))

    async def read(self, most: int) -> int:
        """Reads so many messages, or all there are; how many."""
        await self._hear()
        count = min(most, len(self._said))
        for _ in range(count):
            self._take(*self._said.popleft())
        return count

    def _take(self, name: str, told: Any) -> None:
        match name:
            case "acknowledged":
                room, times, cursor, is_new = told
                if times == self._asked[room] and room not in self._acknowledged:
                    self._acknowledged.add(room)
                    self._move([room], cursor)
                    if is_new:
                        self.begun[room] = self._cursors[room].position
            case "event":
                self._hold(told)
                self._move(self._moved_by(told), told["cursor"])
            case _:
                assert name == "events"
                for item in told:
                    self._hold(item)
                    self._move(list({DASHBOARD} & self._acknowledged), item["cursor"])

    def _hold(self, item: dict[str, Any]) -> None:
        self.held.add(item["event"]["id"])

    def _moved_by(self, item: dict[str, Any]) -> list[Room]:
        event = item["event"]
        return [
            room
            for room in self._cursors
            if room in self._acknowledged
            and room in (("order", event["subject"]), ("customer", event["customerid"]))
            and name_of(room) in item.get("subscriptions", [name_of(room)])
        ]

    def _move(self, rooms: list[Room], text: str) -> None:
        cursor = Cursor.parse(text)
        for room in rooms:
            if room in self._cursors:
                assert self._cursors[room].position <= cursor.position, f"{room} is moved back"
            self._cursors[room] = cursor


@pytest.mark.parametrize("seed", range(40))
async def test_nothing_of_any_subscription_is_missing_when_a_socket_is_cut_off_again_and_again(
    seed: int,
) -> None:
    chance = Random(seed)
    stream = Stream(chance)
    reader = Reader(stream)
    for _ in range(STEPS):
        match chance.choices(("turn", "publish", "read", "join", "leave", "cut"), (8, 4, 4, 3, 1, 1))[0]:
            case "turn":
                for _ in range(chance.randrange(8)):
                    await asyncio.sleep(0)
            case "publish":
                stream.publish(chance.randrange(6))
            case "read":
                await reader.read(chance.randrange(12))
            case "join":
                await reader.follow(chance.choice(ROOMS))
            case "leave":
                await reader.leave(chance.choice(ROOMS))
            case _:
                await reader.cut()
    await reader.cut()
    async with asyncio.timeout(30):
        while any(missing(stream, reader).values()):
            await reader.read(1_000)
            await asyncio.sleep(0.001)
    reader.hang_up()


def missing(stream: Stream, reader: Reader) -> dict[Room, set[str]]:
    return {room: stream.behind(room, begun) - reader.held for room, begun in reader.begun.items()}
