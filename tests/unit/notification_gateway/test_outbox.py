import asyncio

import pytest

from notification_gateway.messages import Message, Written
from notification_gateway.outbox import MOST_BYTES, MOST_MESSAGES, Budget, Outbox


class Socket:
    def __init__(self, budget: Budget) -> None:
        self.drops = 0
        self.outbox = Outbox(budget)
        self.outbox.too_slow = self.drop

    def drop(self) -> None:
        self.drops += 1


async def test_messages_come_in_order_when_they_are_taken() -> None:
    outbox = Socket(Budget()).outbox
    first, second = Written("a"), Written("b")
    await outbox.put(first)
    outbox.push(second)
    assert [await outbox.get(), await outbox.get()] == [first, second]


async def test_reader_is_told_of_the_end_when_it_waits_and_when_something_else_does() -> None:
    outbox = Socket(Budget()).outbox
    waiting = asyncio.create_task(outbox.get())
    await asyncio.sleep(0)
    await outbox.put(None)
    assert await waiting is None
    outbox.push(Written("a"))
    assert await outbox.get() is None


@pytest.mark.parametrize(
    ("message", "fits"), [(Written("x"), MOST_MESSAGES), (Written("x" * 1_000_000), MOST_BYTES // 1_000_000)]
)
async def test_reader_is_dropped_once_when_too_much_waits(message: Message, fits: int) -> None:
    budget = Budget()
    socket = Socket(budget)
    for _ in range(fits):
        socket.outbox.push(message)
    assert socket.drops == 0
    for _ in range(10):
        socket.outbox.push(message)
    assert socket.drops == 1
    assert budget.used == 0


async def test_largest_is_dropped_when_all_together_have_too_much() -> None:
    budget = Budget(1_000)
    greedy, modest = Socket(budget), Socket(budget)
    greedy.outbox.push(Written("x" * 900))
    modest.outbox.push(Written("x" * 200))
    assert (greedy.drops, modest.drops) == (1, 0)
    assert budget.used == 200


async def test_budget_is_given_back_when_a_socket_closes() -> None:
    budget = Budget()
    socket = Socket(budget)
    socket.outbox.push(Written("x" * 500))
    socket.outbox.close()
    socket.outbox.push(Written("x" * 500))
    assert budget.used == 0
