"""I6: events that a queue never heard, and queues that will hear nothing more, planted one by one and named."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import aio_pika
import pytest

from ops.audit.audit import audit
from ops.stack.isolation import drop_virtual_host, fresh_virtual_host
from ops.stack.site import Site
from shared.contracts.orders import OrderCancelled
from shared.messaging.topology import SUBSCRIPTIONS
from tests.integration.audit.auditing import GRACE, audited, named
from tests.integration.audit.conftest import Books
from tests.integration.audit.tampering import tamper

Copy = Callable[..., Site]
PAYMENT = SUBSCRIPTIONS["payment"]


@pytest.fixture
def own_broker(books: Books) -> Iterator[Site]:
    """The books, with a virtual host of the test's own that has every queue and binding."""
    url = fresh_virtual_host(books.site)
    yield replace(books.site, virtual_host=url.rsplit("/", 1)[1])
    drop_virtual_host(books.site, url)


async def test_event_is_named_when_it_was_never_heard(books: Books, copy: Copy) -> None:
    site = copy("payment")
    event_id = await _forget_one(site)
    assert await audited(site) == {("I6", f"event {event_id}")}


async def test_event_is_named_when_it_was_discarded_by_nobody(books: Books, copy: Copy) -> None:
    site = copy("payment")
    event_id = await _forget_one(site)
    await _bury(site, event_id, "DISCARDED", None)
    assert await audited(site) == {("I6", f"event {event_id}")}


async def test_event_is_named_when_its_letter_was_replayed_and_it_was_never_heard(
    books: Books, copy: Copy
) -> None:
    site = copy("payment")
    event_id = await _forget_one(site)
    await _bury(site, event_id, "REPLAYED", "ann")
    report = await audit(site, grace=GRACE)
    assert named(report) == {("I6", f"event {event_id}")}
    assert report.offenders[0].problem.endswith(": its replay had no effect")


async def test_books_are_clean_when_what_was_not_heard_is_a_dead_letter(books: Books, copy: Copy) -> None:
    site = copy("payment")
    await _bury(site, await _forget_one(site), "OPEN", None)
    assert await audited(site) == set()


async def test_books_are_clean_when_what_was_not_heard_was_discarded_by_name(
    books: Books, copy: Copy
) -> None:
    site = copy("payment")
    await _bury(site, await _forget_one(site), "DISCARDED", "ann")
    assert await audited(site) == set()


async def test_relay_is_named_when_it_does_not_come_on(books: Books, copy: Copy) -> None:
    site = copy("inventory")
    await tamper(site, "inventory", "UPDATE checkpoints SET position = position - 1 RETURNING name")
    assert await audited(site) == {("I6", "relay of inventory")}


async def test_stream_is_named_when_its_events_cannot_be_published(books: Books, copy: Copy) -> None:
    """They may have been heard all the same: the program of then could publish them."""
    site = copy("inventory")
    stream = await tamper(
        site,
        "inventory",
        "INSERT INTO withheld_streams SELECT stream, position, 'TypeError' FROM events ORDER BY position DESC LIMIT 1"
        " RETURNING stream",
    )
    assert await audited(site) == {("I6", f"stream {stream}")}


async def test_queue_is_named_when_one_of_its_bindings_is_gone(own_broker: Site) -> None:
    assert await audited(own_broker) == set()
    async with await aio_pika.connect(own_broker.rabbitmq_url, timeout=5) as connection:
        queue = await (await connection.channel()).get_queue(PAYMENT.queue)
        await queue.unbind(OrderCancelled.exchange, OrderCancelled.type)
    report = await audit(own_broker, grace=GRACE)
    assert [(one.clause.value, one.subject, one.problem) for one in report.offenders] == [
        ("I6", "queue payment_queue", "it is not bound to order.cancelled: what is published now misses it")
    ]


async def test_queue_is_named_for_everything_that_it_should_hear_when_it_is_gone(own_broker: Site) -> None:
    async with await aio_pika.connect(own_broker.rabbitmq_url, timeout=5) as connection:
        await (await connection.channel()).queue_delete(PAYMENT.queue)
    report = await audit(own_broker, grace=GRACE)
    assert named(report) == {("I6", "queue payment_queue")}
    assert len(report.offenders) == len(PAYMENT.contracts)


async def _forget_one(site: Site) -> str:
    return await tamper(
        site,
        "payment",
        "DELETE FROM inbox WHERE event_id = (SELECT event_id FROM inbox ORDER BY event_id LIMIT 1) RETURNING event_id",
    )


async def _bury(site: Site, event_id: str, status: str, by: str | None) -> None:
    await tamper(
        site,
        "payment",
        "INSERT INTO dead_letters (id, queue, event_id, body, error, stack_trace, attempts, first_failed_at,"
        " last_failed_at, status, closed_by, closed_reason)"
        " VALUES ($1, 'payment_queue', $1, '', 'ValueError', '', 4, now(), now(), $2, $3, $3) RETURNING id",
        event_id,
        status,
        by,
    )
