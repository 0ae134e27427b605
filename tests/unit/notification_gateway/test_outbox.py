import pytest

from notification_gateway.outbox import MOST_BYTES, MOST_MESSAGES, Budget, Outbox


class Socket:
    def __init__(self, budget: Budget) -> None:
        self.drops = 0
        self.outbox = Outbox(budget, self.drop)

    def drop(self) -> None:
        self.drops += 1


async def test_messages_come_in_order_when_they_are_taken() -> None:
    outbox = Socket(Budget()).outbox
    outbox.push(b"a")
    outbox.push(b"b")
    assert [await outbox.next(), await outbox.next()] == [b"a", b"b"]


@pytest.mark.parametrize(
    ("message", "fits"), [(b"x", MOST_MESSAGES), (b"x" * 1_000_000, MOST_BYTES // 1_000_000)]
)
async def test_reader_is_dropped_once_when_too_much_waits(message: bytes, fits: int) -> None:
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
    greedy.outbox.push(b"x" * 900)
    modest.outbox.push(b"x" * 200)
    assert (greedy.drops, modest.drops) == (1, 0)
    assert budget.used == 200


async def test_budget_is_given_back_when_a_socket_closes() -> None:
    budget = Budget()
    socket = Socket(budget)
    socket.outbox.push(b"x" * 500)
    socket.outbox.close()
    socket.outbox.push(b"x" * 500)
    assert budget.used == 0
