"""What each service keeps beside its events: all that `rebuild` compares and makes again."""

from collections.abc import Mapping, Sequence

from ops.stack.site import Site
from tests.e2e.records import auditor

# Rows of version 0 do not exist; movements get new numbers when they are made again, in the same order.
KEPT: Mapping[str, Mapping[str, str]] = {
    "order": {
        "orders": "SELECT * FROM orders WHERE version > 0 ORDER BY id",
        "order_skus": "SELECT * FROM order_skus ORDER BY order_id, sku",
        "listings": "SELECT id, version, state FROM listings WHERE version > 0 ORDER BY id",
    },
    "payment": {
        "payments": "SELECT * FROM payments WHERE version > 0 ORDER BY id",
        "provider_calls": "SELECT * FROM provider_calls ORDER BY key",
    },
    "inventory": {
        "products": "SELECT * FROM products WHERE version > 0 ORDER BY id",
        "stock": "SELECT * FROM stock WHERE version > 0 ORDER BY id",
        "reservations": "SELECT * FROM reservations WHERE version > 0 ORDER BY id",
        "movements": "SELECT sku, kind, delta_on_hand, delta_reserved, on_hand, reserved, order_id, reason, at"
        " FROM movements ORDER BY sku, number",
    },
}

NOT_COMPARED: Mapping[str, str] = {
    "alembic_version": "says which revision of the schema there is",
    "events": "what everything else is compared with",
    "inbox": "which events were heard: the audit holds it against what the other services published (I6)",
    "subscriptions": "since when a queue hears a type: the broker's history, not the service's",
    "checkpoints": "how far the relay has published: the audit holds it against the events (I6)",
    "relay_progress": "when the relay had come how far",
    "withheld_streams": "what the relay has passed without publishing it: the audit names it (I6)",
    "idempotency_keys": "answers to requests, for 24 hours; a refusal leaves no event",
    "dead_letters": "what could not be handled left no event",
    "customer_keys": "secrets: no event may hold one",
    "erasures": "which keys were destroyed, so that a restored backup loses them again",
    "email_index": "marks of sealed addresses, which go with the customer's key: only the keys could tell (ADR 10)",
}

_TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"""


async def kept(site: Site, service: str) -> dict[str, Sequence[object]]:
    """The rows by table."""
    async with auditor(site, service) as database:
        return {table: await database.fetch(query) for table, query in KEPT[service].items()}


async def tables(site: Site, service: str) -> set[str]:
    """Every table of its database."""
    async with auditor(site, service) as database:
        return {name for (name,) in await database.fetch(_TABLES)}
