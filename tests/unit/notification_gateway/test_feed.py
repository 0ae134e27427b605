import asyncio
from collections.abc import AsyncGenerator, Coroutine, Sequence
from typing import Any

import orjson

from notification_gateway.catching_up import SLICE, CatchingUp, UnknownCursor
from notification_gateway.cursors import BEGINNING, Cursor
from notification_gateway.entries import DASHBOARD, Entry, Room
from notification_gateway.feed import Feed
from notification_gateway.journal import Journal
from notification_gateway.outbox import Budget, Outbox
from notification_gateway.packing import ONE_BY_ONE
from tests.unit.notification_gateway.entries import ORDER, entry

EVENTS = 20 * SLICE
STRANGERS: list[Room] = [("order", f"another-{number}", "c-2") for number in range(100)]


class Counting(CatchingUp):
    """Reads from memory alone, and counts what it was asked for."""

    def __init__(self, journal: Journal) -> None:
        super().__init__("amqp://nowhere", journal)
        self.begun_behind: list[Cursor] = []
        self.refused = False

    async def behind(self, cursor: Cursor, customer: str | None = None) -> AsyncGenerator[Sequence[Entry]]:
        self.begun_behind.append(cursor)
        if self.refused and len(self.begun_behind) == 1:
            raise UnknownCursor
        async for entries in super().behind(cursor, customer):
            yield entries


class Followed:
    """A feed over a journal of 4,000 events of one order."""

    def __init__(self, *, filled: bool = True) -> None:
        self.journal = Journal()
        self.journal.append(entry(number) for number in range(EVENTS))
        if filled:
            self.journal.filled()
        self.catching_up = Counting(self.journal)
        self.outbox = Outbox(Budget())
        self.work: list[asyncio.Task[None]] = []
        self.feed = Feed(self.journal, self.catching_up, self.outbox, ONE_BY_ONE, self._spawn)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        self.work.append(asyncio.create_task(work))
        return self.work[-1]

    def cursor_before_last(self, count: int) -> Cursor:
        return self.journal.history.after(BEGINNING.position, EVENTS, 10**9)[-count - 1].cursor

    async def heard(self, count: int) -> list[int]:
        """The offsets of so many events, once nothing else is on its way."""
        return [int(told["cursor"].split(".")[0]) for told in await self.said(count)]

    async def said(self, count: int) -> list[Any]:
        """So many messages, once nothing else is on its way."""
        async with asyncio.timeout(30):
            messages = [(await self.outbox.get()) for _ in range(count)]
            await asyncio.gather(*self.work)
        assert not self.outbox.waiting_bytes
        return [orjson.loads(message.encode()[2:])[1] for message in messages if message is not None]


async def test_others_work_between_slices_when_nothing_of_a_replay_is_due() -> None:
    followed = Followed()
    followed.feed.follow(STRANGERS[0], BEGINNING)
    turns = 0
    while not followed.feed.live:
        await asyncio.sleep(0)
        turns += 1
    assert turns >= EVENTS // SLICE


async def test_one_pass_serves_all_rooms_when_many_wait() -> None:
    followed = Followed()
    for number, room in enumerate(STRANGERS):
        followed.feed.follow(room, BEGINNING if number % 2 else followed.cursor_before_last(number + 1))
    await followed.heard(0)
    # One for what they have missed, one for what happened meanwhile.
    assert len(followed.catching_up.begun_behind) == 2
    assert followed.catching_up.begun_behind[0] == BEGINNING


async def test_each_event_comes_once_and_none_too_early_when_rooms_are_served_together() -> None:
    followed = Followed()
    followed.feed.follow(("customer", "c-1"), followed.cursor_before_last(3))
    followed.feed.follow(("order", ORDER), followed.cursor_before_last(5))
    followed.feed.follow(STRANGERS[0], BEGINNING)
    followed.feed.follow(DASHBOARD, followed.cursor_before_last(4))
    assert await followed.heard(5) == list(range(EVENTS - 5, EVENTS))


async def test_event_names_whose_cursor_it_is_when_another_of_its_rooms_is_further_back() -> None:
    followed = Followed()
    followed.feed.follow(("order", ORDER), followed.cursor_before_last(2))
    followed.feed.follow(("customer", "c-1"), followed.cursor_before_last(3))
    said = await followed.said(3)
    assert [each.get("subscriptions") for each in said] == [[{"customer_id": "c-1"}], None, None]


async def test_resync_names_the_rooms_that_could_not_catch_up() -> None:
    followed = Followed()
    followed.catching_up.refused = True
    followed.feed.follow(("order", ORDER, "c-1"), BEGINNING)
    (resync,) = await followed.said(1)
    assert resync == {
        "reason": "cursor_unknown",
        "cursor": str(followed.journal.history.head),
        "subscriptions": [{"order_id": ORDER}],
    }


async def test_acknowledgement_says_where_a_room_began_when_it_is_followed_already() -> None:
    followed = Followed()
    begun = followed.cursor_before_last(3)
    assert followed.feed.follow(("order", ORDER), begun) == begun
    assert followed.feed.follow(("order", ORDER), None) == begun
    await followed.heard(3)
    assert followed.feed.follow(("order", ORDER), None) == begun


async def test_nothing_comes_of_a_room_when_it_is_left_while_it_waits() -> None:
    followed = Followed()
    followed.feed.follow(STRANGERS[0], BEGINNING)
    followed.feed.follow(("order", ORDER), followed.cursor_before_last(5))
    followed.feed.unfollow(("order", ORDER))
    assert await followed.heard(0) == []
    assert followed.feed.rooms == {STRANGERS[0]}


async def test_nothing_is_missing_when_a_room_is_left_and_followed_again_in_one_pass() -> None:
    followed = Followed()
    followed.feed.follow(STRANGERS[0], BEGINNING)
    followed.feed.follow(("order", ORDER), BEGINNING)
    await asyncio.sleep(0)
    followed.feed.unfollow(("order", ORDER))
    for _ in range(10):
        await asyncio.sleep(0)
    followed.feed.follow(("order", ORDER), BEGINNING)
    assert await followed.heard(1 + EVENTS) == [0, *range(EVENTS)]


async def test_nothing_is_missing_when_a_room_is_followed_while_old_events_are_still_read_in() -> None:
    """The head runs ahead through them, and was just where the client comes back from."""
    followed = Followed(filled=False)
    followed.feed.follow(("order", ORDER), followed.cursor_before_last(0))
    followed.journal.append(entry(EVENTS + number) for number in range(3))
    followed.journal.filled()
    assert await followed.heard(3) == [EVENTS, EVENTS + 1, EVENTS + 2]
