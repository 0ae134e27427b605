"""I2: per SKU, 0 <= reserved <= on hand, and reserved is what the reservations hold. One database, one moment."""

from collections.abc import AsyncIterator

from ops.audit.clauses import Clause, Offender
from ops.audit.snapshots import Snapshot

_COUNTED = "SELECT count(*) FROM stock WHERE version > 0"
_WRONG = """
SELECT coalesce(s.id, held.sku), coalesce(s.on_hand, 0), coalesce(s.reserved, 0), coalesce(held.units, 0)::bigint
FROM stock AS s FULL JOIN (
    SELECT line->>'sku' AS sku, sum((line->>'quantity')::bigint) AS units
    FROM reservations, jsonb_array_elements(state->'lines') AS line WHERE status = 'RESERVED' GROUP BY 1
) AS held ON held.sku = s.id
WHERE coalesce(s.reserved, 0) <> coalesce(held.units, 0) OR s.reserved < 0 OR s.reserved > s.on_hand
ORDER BY 1"""


async def products_counted(inventory: Snapshot) -> int:
    return (await inventory.row(_COUNTED))[0]


async def wrong_stock(inventory: Snapshot, url: str) -> AsyncIterator[Offender]:
    """`url` is the inventory service's: the command asks it."""
    async for page in inventory.pages(_WRONG):
        for sku, on_hand, reserved, held in page:
            if reserved != held:
                problem = f"{reserved} are reserved, its reservations hold {held}"
            else:
                problem = f"{reserved} are reserved of {on_hand} on hand"
            command = f"curl -s {url}/products/{sku}/movements"
            yield Offender(Clause.STOCK, f"product {sku}", problem, command)
