"""Rows and projections that somebody has damaged, made again from their events."""

from collections.abc import Callable

import pytest

from ops.rebuild import check, rebuild
from ops.stack.site import Site
from tests.integration.audit.auditing import GRACE
from tests.integration.audit.conftest import Books
from tests.integration.audit.keeping import KEPT, NOT_COMPARED, kept, tables
from tests.integration.audit.tampering import tamper, tampering

Copy = Callable[..., Site]

# One of each kind: an altered row, a missing row, a row of nothing.
DAMAGE = {
    "order": (
        'UPDATE orders SET state = state || \'{"note": "nonsense"}\' WHERE id = (SELECT min(id::text) FROM orders)::uuid',
        "DELETE FROM orders WHERE id = (SELECT max(id::text) FROM orders)::uuid",
        "INSERT INTO orders SELECT '01a1fe5f-0000-7000-8000-000000000000', version,"
        ' state || \'{"number": "EF-GHOST1"}\', created_at, updated_at FROM orders LIMIT 1',
        "DELETE FROM order_skus WHERE order_id = (SELECT min(order_id::text) FROM order_skus WHERE order_id <>"
        " (SELECT min(id::text) FROM orders)::uuid)::uuid",
        "INSERT INTO order_skus SELECT 'GHOST-1', id FROM orders ORDER BY id DESC LIMIT 1",
        "DELETE FROM listings WHERE id = (SELECT min(id) FROM listings)",
        'UPDATE listings SET state = state || \'{"name": "nonsense"}\' WHERE id = (SELECT max(id) FROM listings)',
        "INSERT INTO listings SELECT 'GHOST-1', version, state, created_at, updated_at FROM listings LIMIT 1",
    ),
    "payment": (
        "UPDATE payments SET state = 'null' WHERE id = (SELECT min(id::text) FROM payments)::uuid",
        "DELETE FROM payments WHERE id = (SELECT max(id::text) FROM payments)::uuid",
        "INSERT INTO provider_calls (key, order_id, kind, request, due_at)"
        " SELECT payment_id || ':charge', id, 'charge', '{}', now() FROM payments"
        " WHERE status = 'COMPLETED' ORDER BY id DESC LIMIT 1",
    ),
    "inventory": (
        "UPDATE stock SET state = state || '{\"on_hand\": 1000000}' WHERE id = (SELECT min(id) FROM stock)",
        "DELETE FROM stock WHERE id = (SELECT max(id) FROM stock)",
        "DELETE FROM movements WHERE number % 3 = 0",
        "DELETE FROM products WHERE id = (SELECT min(id) FROM products)",
        "DELETE FROM reservations WHERE id = (SELECT max(id::text) FROM reservations)::uuid",
        "INSERT INTO reservations SELECT '01a1fe5f-0000-7000-8000-000000000000', version, state, created_at,"
        " updated_at FROM reservations WHERE status = 'RELEASED' LIMIT 1",
    ),
}


@pytest.mark.parametrize("service", KEPT)
async def test_every_table_is_compared_or_has_a_reason_not_to_be(service: str, books: Books) -> None:
    assert await tables(books.site, service) - NOT_COMPARED.keys() == KEPT[service].keys()


async def test_every_reason_not_to_compare_a_table_is_about_one_that_there_is(books: Books) -> None:
    there = set[str]().union(*[await tables(books.site, service) for service in KEPT])
    assert NOT_COMPARED.keys() <= there


@pytest.mark.parametrize("service", KEPT)
async def test_rows_are_as_before_when_damaged_ones_were_made_again(
    service: str, books: Books, copy: Copy
) -> None:
    site = copy(service)
    before = await kept(site, service)
    async with tampering(site, service) as database:
        for statement in DAMAGE[service]:
            await database.execute(statement)
    damaged = await kept(site, service)
    assert {table for table in damaged if damaged[table] == before[table]} == set(), "damage them all"

    found = await check(site, service, ignored, grace=GRACE)
    assert {one.subject.partition(" ")[0] for one in found.differences} == KEPT[service].keys()
    assert len(found.left) == len(found.differences) >= len(DAMAGE[service])
    assert await kept(site, service) == damaged, "a check must not change anything"

    done = await rebuild(site, service, ignored, grace=GRACE)
    assert done.differences == found.differences
    assert done.left == []
    assert await kept(site, service) == before


async def test_open_call_is_made_again_when_a_payment_waits_for_it(books: Books, copy: Copy) -> None:
    """As if the answer had never come: without its call the provider would never be asked again."""
    site = copy("payment")
    payment_id = await tamper(
        site,
        "payment",
        "DELETE FROM events WHERE type = 'payment.processed' AND stream = $1 RETURNING data->>'payment_id'",
        f"payment-{books.confirmed[1]}",
    )
    await rebuild(site, "payment", ignored)
    async with tampering(site, "payment") as database:
        assert [row["key"] for row in await database.fetch("SELECT key FROM provider_calls")] == [
            f"{payment_id}:charge"
        ]


async def test_difference_is_left_when_the_events_themselves_have_a_gap(books: Books, copy: Copy) -> None:
    site = copy("order")
    stream = await tamper(
        site,
        "order",
        "UPDATE events SET version = version + 1 WHERE position = (SELECT max(position) FROM events) RETURNING stream",
    )
    done = await rebuild(site, "order", ignored)
    assert [one.subject for one in done.left] == [f"stream {stream}"]


def ignored(what: str, count: int) -> None:
    """Nobody watches."""
