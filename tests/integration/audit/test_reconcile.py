"""A day's payments against the provider's ledger: equal when nothing happened, named by key when something did."""

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from ops.reconcile import Reconciliation, reconcile
from ops.stack.site import Site
from tests.integration.audit.conftest import Books
from tests.integration.audit.tampering import tamper, tampering

Copy = Callable[..., Site]
GRACE = timedelta(milliseconds=100)


async def trading_day(site: Site) -> date:
    async with tampering(site, "provider") as provider:
        return await provider.fetchval("SELECT (max(created_at) AT TIME ZONE 'UTC')::date FROM ledger")


async def compared(site: Site) -> Reconciliation:
    return await reconcile(site, await trading_day(site), grace=GRACE)


async def test_both_sides_are_equal_when_nothing_was_changed(books: Books) -> None:
    found = await compared(books.site)
    assert found.differences == []
    assert set(found.currencies) == {"USD", "EUR"}
    async with tampering(books.site, "provider") as provider:
        charged = await provider.fetchval(
            "SELECT sum(amount) FROM ledger WHERE outcome = 'charged' AND currency = 'USD'"
            " AND (created_at AT TIME ZONE 'UTC')::date = $1",
            found.day,
        )
    [charges, refunds, fees, net] = csv.DictReader(found.csv("USD").splitlines())
    assert (charges["entry"], int(charges["ours"]), int(charges["provider"])) == ("charges", charged, charged)
    assert int(refunds["ours"]) == int(refunds["provider"]) > 0
    assert (fees["entry"], fees["ours"], fees["provider"]) == ("fees", "0", "0")
    assert int(net["ours"]) == charged - int(refunds["ours"])


async def test_key_is_named_when_the_amounts_differ(books: Books, copy: Copy) -> None:
    site = copy("provider")
    key = await tamper(
        site,
        "provider",
        "UPDATE ledger SET amount = amount + 7"
        " WHERE key = (SELECT key FROM ledger WHERE outcome = 'charged' LIMIT 1) RETURNING key",
    )
    [difference] = (await compared(site)).differences
    assert (difference.key, difference.ours) == (key, (difference.provider or 0) - 7)


async def test_key_is_named_when_one_side_knows_nothing_of_it(books: Books, copy: Copy) -> None:
    site = copy("provider")
    gone = await tamper(
        site,
        "provider",
        "DELETE FROM ledger WHERE key = (SELECT key FROM ledger WHERE outcome = 'refunded' LIMIT 1) RETURNING key",
    )
    await tamper(
        site,
        "provider",
        "INSERT INTO ledger (key, kind, amount, currency, method, asked, outcome, reference)"
        " VALUES ('once-more:charge', 'charge', 500, 'CHF', 'pm_card_visa', 1, 'charged', 'ch_once_more') RETURNING key",
    )
    found = await compared(site)
    assert {(one.key, one.ours is None, one.provider is None) for one in found.differences} == {
        (gone, False, True),
        ("once-more:charge", True, False),
    }
    assert "once-more:charge" in found.csv("CHF")


async def test_key_counts_for_the_day_of_its_entry_when_it_was_recorded_on_another(
    books: Books, copy: Copy
) -> None:
    site = copy("provider")
    day = await trading_day(site)
    key = await tamper(
        site,
        "provider",
        "UPDATE ledger SET created_at = $1"
        " WHERE key = (SELECT key FROM ledger WHERE outcome = 'charged' LIMIT 1) RETURNING key",
        datetime(day.year, day.month, day.day, 12, tzinfo=UTC) - timedelta(days=3),
    )
    earlier = await reconcile(site, day - timedelta(days=3), grace=GRACE)
    assert earlier.differences == []
    assert sum(sums.provider_count for sums in earlier.sums.values()) == 1
    assert sum(sums.our_count for sums in earlier.sums.values()) == 1
    assert key not in "".join(one.key for one in (await compared(site)).differences)
