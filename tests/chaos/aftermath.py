"""How the orders have ended when all is quiet again."""

from ops.stack.site import Site
from tests.e2e.records import auditor
from tests.e2e.shop import MONEY_BACK, STOCK_BACK, UNDONE
from tests.e2e.waiting import NotYet, until

_UNFINISHED = """
SELECT count(*) FROM orders WHERE version > 0 AND (state->>'status' = 'PENDING' OR (state->>'status' = ANY($1)
    AND NOT (state->>'payment_status' = ANY($2) AND state->>'stock_status' = ANY($3))))"""
# A cancelled order has begun to end when it was cancelled.
_LONGEST = """
SELECT coalesce(extract(epoch FROM max(ended - began)), 0)::float FROM (
    SELECT max(time) AS ended, coalesce(max(time) FILTER (WHERE type = 'order.cancelled'), min(time)) AS began
    FROM events GROUP BY stream) AS orders"""


async def all_ended(site: Site, *, within: float) -> None:
    """Returns once no order waits for anything that happens by itself."""

    async def look() -> None:
        async with auditor(site, "order") as database:
            count = await database.fetchval(_UNFINISHED, list(UNDONE), list(MONEY_BACK), list(STOCK_BACK))
        if count:
            raise NotYet(f"{count} have not")

    await until("all orders end", look, within=within, every=0.5)


async def longest_way(site: Site) -> float:
    """The longest that any order took from its last request to its last event, in seconds."""
    async with auditor(site, "order") as database:
        return await database.fetchval(_LONGEST)
