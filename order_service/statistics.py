"""Orders counted and summed over a time: one statement, so that all figures are of one moment."""

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from order_service.paging import ids_placed
from shared.database.reading import Reader

# An order was confirmed if its stream says so, whatever became of it since; the index of migration 0002 finds it.
_STATISTICS = text(
    """
WITH placed AS MATERIALIZED (
    SELECT o.status, o.state->>'reason' AS reason, o.state->'total'->>'currency' AS currency,
        (o.created_at AT TIME ZONE 'UTC')::date AS day,
        o.total - (o.state->'refunded_total'->>'amount')::bigint AS kept,
        extract(epoch FROM c.time - o.created_at) AS seconds
    FROM orders AS o
    LEFT JOIN events AS c ON c.stream = 'order-' || o.id::text AND c.type = 'order.confirmed'
    WHERE o.version > 0 AND o.created_at >= :since AND o.created_at < :until
        AND o.id >= :id_from AND o.id < :id_to
)
SELECT jsonb_build_object(
    'placed', (SELECT count(*) FROM placed),
    'confirmed', (SELECT count(seconds) FROM placed),
    'by_status', (SELECT jsonb_object_agg(status, orders) FROM (
        SELECT status, count(*) AS orders FROM placed GROUP BY status) AS s),
    'revenue', (SELECT jsonb_agg(to_jsonb(r) ORDER BY r.day, r.currency) FROM (
        SELECT day, currency, count(*) AS orders, sum(kept)::bigint AS revenue FROM placed
        WHERE status IN ('CONFIRMED', 'PROCESSING', 'SHIPPED', 'DELIVERED') GROUP BY day, currency) AS r),
    'endings', (SELECT jsonb_agg(to_jsonb(e) ORDER BY e.orders DESC, e.status, e.reason) FROM (
        SELECT status, reason, count(*) AS orders FROM placed
        WHERE status IN ('CANCELLED', 'FAILED') GROUP BY status, reason) AS e),
    'latency', (SELECT percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY seconds) FROM placed)
)::text"""
)


class OrderStatistics:
    def __init__(self, engine: AsyncEngine) -> None:
        self._reader = Reader(engine)

    async def placed_within(self, since: datetime, until: datetime) -> dict[str, Any]:
        """Of the orders placed from `since` on and before `until`.

        placed, confirmed: counts. by_status: counts. revenue: day, currency, orders, revenue. endings: status, reason,
        orders. latency: seconds from placed to confirmed, p50, p95, p99. What has nothing in it is None.
        Raises Unavailable when the database does not answer.
        """
        parameters = {"since": since, "until": until, **ids_placed(since, until)}
        [(figures,)] = await self._reader.rows(_STATISTICS, parameters)
        return orjson.loads(figures)
