"""One offender planted for each clause but I6: found, named, and nothing else with it."""

import re
from collections.abc import Callable

import pytest

from ops.audit.audit import audit
from ops.audit.clauses import Clause
from ops.stack.site import Site
from order_service.tables import ORDERS
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.ids import new_id
from shared.messaging.inbox import slot_of
from tests.integration.audit.auditing import GRACE, audited, named
from tests.integration.audit.conftest import Books
from tests.integration.audit.tampering import tamper, tampering

Copy = Callable[..., Site]


async def test_books_are_clean_when_nobody_has_tampered_with_them(books: Books) -> None:
    report = await audit(books.site, grace=GRACE)
    assert report.offenders == []
    assert report.clean
    assert report.looks == 1
    assert all(clause["checked"] > 0 for clause in report.document()["clauses"])


# I1


async def test_order_is_named_when_it_never_ended(books: Books, copy: Copy) -> None:
    """All have heard of it, and nobody does anything about it."""
    site = copy("order", "payment", "inventory")
    order_id, event_id = new_id(), new_id()
    async with tampering(site, "order") as order:
        event = await order.fetchrow(
            "INSERT INTO events (id, stream, version, type, data, metadata, command_id, command_index, time)"
            " SELECT $1, 'order-' || $2::text, 1, type, data || jsonb_build_object('number', 'EF-NEVER1'), metadata,"
            " $1, 0, time"
            " FROM events WHERE type = 'order.created' LIMIT 1 RETURNING data::text, time, position",
            event_id,
            str(order_id),
        )
        placed = ORDERS.evolve(ORDERS.initial, Codec([ORDERS]).decode("order.created", event["data"]))
        await order.execute(
            "INSERT INTO orders (id, version, state, created_at, updated_at) VALUES ($1, 1, $2, $3, $3)",
            order_id,
            ORDERS.adapter.dump_json(placed).decode(),
            event["time"],
        )
        await order.executemany(
            "INSERT INTO order_skus VALUES ($1, $2)",
            [(sku, order_id) for sku in {line.sku for line in placed.lines}],
        )
        await order.execute("UPDATE checkpoints SET position = $1", event["position"])
    for service in ("payment", "inventory"):
        async with tampering(site, service) as heard:
            await heard.execute("INSERT INTO inbox VALUES ($1, $2)", slot_of(event_id), event_id)
    assert await audited(site) == {("I1", f"order {order_id}")}


# I2


async def test_product_is_named_when_one_more_is_reserved(books: Books, copy: Copy) -> None:
    site = copy("inventory")
    sku = await tamper(
        site,
        "inventory",
        "UPDATE stock SET state = jsonb_set(state, '{reserved}', to_jsonb(reserved + 1))"
        " WHERE id = (SELECT id FROM stock WHERE available > 0 LIMIT 1) RETURNING id",
    )
    assert await audited(site) == {("I2", f"product {sku}"), ("I5", f"stock {sku}")}


async def test_product_is_named_when_more_is_reserved_than_is_on_hand(books: Books, copy: Copy) -> None:
    """Its reservations hold as much. The table refuses that by itself: here it has lost its rule."""
    site = copy("inventory")
    async with tampering(site, "inventory") as inventory:
        await inventory.execute("ALTER TABLE stock DROP CONSTRAINT stock_within_bounds")
    sku = await tamper(
        site,
        "inventory",
        "UPDATE stock SET state = jsonb_set(state, '{on_hand}', to_jsonb(reserved - 1))"
        " WHERE id = (SELECT id FROM stock WHERE reserved > 0 LIMIT 1) RETURNING id",
    )
    report = await audit(site, grace=GRACE)
    assert named(report) == {("I2", f"product {sku}"), ("I5", f"stock {sku}")}
    [problem] = [one.problem for one in report.offenders if one.clause is Clause.STOCK]
    assert re.fullmatch(r"\d+ are reserved of \d+ on hand", problem)


# I3 and I4


async def test_order_is_named_when_the_amount_taken_was_changed(books: Books, copy: Copy) -> None:
    site = copy("payment")
    order_id = books.confirmed[1]
    payment_id = await tamper(
        site,
        "payment",
        "UPDATE payments SET state = jsonb_set(state, '{captured}', to_jsonb((state->>'captured')::bigint + 1))"
        " WHERE id = $1::text::uuid RETURNING payment_id",
        order_id,
    )
    assert await audited(site) == {
        ("I3", f"order {order_id}"),
        ("I4", f"key {payment_id}:charge"),
        ("I5", f"payments {order_id}"),
    }


async def test_key_is_named_when_the_provider_has_charged_once_more(books: Books, copy: Copy) -> None:
    site = copy("provider")
    await tamper(
        site,
        "provider",
        "INSERT INTO ledger (key, kind, amount, currency, method, asked, outcome, reference)"
        " VALUES ('once-more:charge', 'charge', 500, 'USD', 'pm_card_visa', 1, 'charged', 'ch_once_more') RETURNING key",
    )
    assert await audited(site) == {("I4", "key once-more:charge")}


async def test_key_is_named_when_the_provider_charged_another_amount(books: Books, copy: Copy) -> None:
    site = copy("provider")
    key = await tamper(
        site,
        "provider",
        "UPDATE ledger SET amount = amount + 1"
        " WHERE key = (SELECT key FROM ledger WHERE outcome = 'charged' LIMIT 1) RETURNING key",
    )
    assert await audited(site) == {("I4", f"key {key}")}


async def test_key_is_named_when_the_provider_knows_nothing_of_it(books: Books, copy: Copy) -> None:
    site = copy("provider")
    key = await tamper(
        site,
        "provider",
        "DELETE FROM ledger WHERE key = (SELECT key FROM ledger WHERE outcome = 'refunded' LIMIT 1) RETURNING key",
    )
    assert await audited(site) == {("I4", f"key {key}")}


# I5


async def test_row_is_named_when_its_state_was_altered(books: Books, copy: Copy) -> None:
    site = copy("order")
    order_id = books.confirmed[0]
    await tamper(
        site,
        "order",
        """UPDATE orders SET state = jsonb_set(state, '{customer_id}', '"somebody"')"""
        " WHERE id = $1::text::uuid RETURNING id",
        order_id,
    )
    report = await audit(site, grace=GRACE)
    assert named(report) == {("I5", f"orders {order_id}")}
    assert "customer_id is somebody, by its events load-" in report.offenders[0].problem
    assert report.offenders[0].command == "./eventflow rebuild order --check"


async def test_row_is_named_when_it_has_no_events(books: Books, copy: Copy) -> None:
    site = copy("inventory")
    await tamper(
        site,
        "inventory",
        "INSERT INTO products SELECT 'GHOST-1', version, state, created_at, updated_at FROM products LIMIT 1"
        " RETURNING id",
    )
    assert await audited(site) == {("I5", "products GHOST-1")}


async def test_product_is_named_when_one_of_its_movements_is_off_by_one(books: Books, copy: Copy) -> None:
    site = copy("inventory")
    sku = await tamper(
        site,
        "inventory",
        "UPDATE movements SET delta_reserved = delta_reserved - 1 WHERE (sku, number) ="
        " (SELECT sku, number FROM movements WHERE delta_reserved = -1 LIMIT 1) RETURNING sku",
    )
    assert await audited(site) == {("I5", f"movements {sku}")}


async def test_product_is_named_when_one_of_its_movements_is_missing(books: Books, copy: Copy) -> None:
    site = copy("inventory")
    sku = await tamper(
        site,
        "inventory",
        "DELETE FROM movements WHERE (sku, number) = (SELECT sku, number FROM movements LIMIT 1) RETURNING sku",
    )
    assert await audited(site) == {("I5", f"movements {sku}")}


async def test_order_is_named_when_it_is_not_found_by_a_sku_that_it_holds(books: Books, copy: Copy) -> None:
    site = copy("order")
    order_id = await tamper(
        site,
        "order",
        "DELETE FROM order_skus WHERE (sku, order_id) = (SELECT sku, order_id FROM order_skus LIMIT 1)"
        " RETURNING order_id",
    )
    assert await audited(site) == {("I5", f"order_skus {order_id}")}


async def test_order_is_named_when_it_is_found_by_a_sku_that_it_does_not_hold(
    books: Books, copy: Copy
) -> None:
    site = copy("order")
    await tamper(
        site,
        "order",
        "INSERT INTO order_skus VALUES ('GHOST-1', $1::text::uuid) RETURNING sku",
        books.confirmed[0],
    )
    assert await audited(site) == {("I5", f"order_skus {books.confirmed[0]}")}


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM listings WHERE id = (SELECT max(id) FROM listings) RETURNING id",
        "UPDATE listings SET version = version - 1 WHERE id = (SELECT max(id) FROM listings) RETURNING id",
        "UPDATE listings SET state = state || '{\"discontinued\": true}'"
        " WHERE id = (SELECT max(id) FROM listings) RETURNING id",
    ],
    ids=["missing", "old", "altered"],
)
async def test_product_is_named_when_the_copy_of_it_is_another(books: Books, copy: Copy, damage: str) -> None:
    site = copy("order")
    sku = await tamper(site, "order", damage)
    assert await audited(site) == {("I5", f"listings {sku}")}


async def test_call_is_named_when_no_payment_waits_for_it(books: Books, copy: Copy) -> None:
    site = copy("payment")
    await tamper(
        site,
        "payment",
        "INSERT INTO provider_calls (key, order_id, kind, request, due_at)"
        " VALUES ('ghost:charge', $1::text::uuid, 'charge', '{}', now()) RETURNING key",
        books.confirmed[0],
    )
    assert await audited(site) == {("I5", "provider_calls ghost:charge")}


# I7


async def test_stream_is_named_when_a_version_is_left_out(books: Books, copy: Copy) -> None:
    site = copy("order")
    stream = await tamper(
        site,
        "order",
        "UPDATE events SET version = version + 1 WHERE position = (SELECT max(position) FROM events) RETURNING stream",
    )
    assert await audited(site) == {("I7", f"stream {stream}")}
