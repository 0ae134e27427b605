import asyncio
from collections.abc import Coroutine
from typing import Any

from notification_gateway.catching_up import CatchingUp
from notification_gateway.entries import DASHBOARD
from notification_gateway.feed import Feed
from notification_gateway.journal import Journal
from notification_gateway.outbox import Budget, Outbox
from notification_gateway.packing import TOGETHER
from notification_gateway.rooms import Rooms
from tests.unit.notification_gateway.entries import entry


def no_work(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    raise AssertionError("nothing is to be caught up on")


async def test_what_has_gathered_is_not_sent_when_the_dashboard_was_left_meanwhile() -> None:
    journal, rooms, outbox = Journal(), Rooms(), Outbox(Budget())
    journal.listeners.append(rooms)
    journal.filled()
    feed = Feed(journal, CatchingUp("amqp://nowhere", journal), outbox, TOGETHER, no_work)
    rooms.join(DASHBOARD, feed)
    feed.follow(DASHBOARD, None)
    journal.append([entry(1)])
    feed.unfollow(DASHBOARD)
    rooms.leave(DASHBOARD, feed)
    rooms.join(DASHBOARD, feed)
    feed.follow(DASHBOARD, None)
    # Which sends first what has gathered.
    rooms.lost("stream_lost")
    message = await outbox.get()
    assert message is not None
    assert message.encode().startswith('42["resync"')
    rooms.leave(DASHBOARD, feed)
