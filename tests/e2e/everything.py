"""Everything that the services hold and have had trouble with: for tests that say that nothing has changed."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import aio_pika
import httpx
from prometheus_client.parser import text_string_to_metric_families

from ops.histories import HISTORIES
from ops.stack.services import PROCESSES
from ops.stack.site import Site
from shared.messaging.topology import RETRY_DELAYS_SECONDS
from tests.e2e.records import auditor
from tests.e2e.waiting import NotYet
from tests.integration.audit.keeping import KEPT

_EVENTS = "SELECT position, id, stream, version, type, time FROM events ORDER BY position"
_LETTERS = "SELECT id, event_id, type, error, status FROM dead_letters ORDER BY id"
_LEDGER = "SELECT key, outcome, amount, currency, code, reference FROM ledger ORDER BY key"
_QUERIES: Mapping[str, Mapping[str, str]] = {
    **{service: {**tables, "events": _EVENTS, "dead letters": _LETTERS} for service, tables in KEPT.items()},
    "provider": {"ledger": _LEDGER},
}


async def everything(site: Site, *, but: Collection[str] = ()) -> dict[str, Sequence[str]]:
    """Every row, event, dead letter and key of the ledger, as text by service and table.

    What mentions one of the ids or SKUs `but` is left out, in whichever service it is.
    """
    found: dict[str, Sequence[str]] = {}
    for service, queries in _QUERIES.items():
        async with auditor(site, service) as database:
            for table, query in queries.items():
                rows = [str(row) for row in await database.fetch(query)]
                found[f"{service} {table}"] = [row for row in rows if not any(name in row for name in but)]
    return found


async def failed_deliveries(site: Site) -> Counter[str]:
    """How often each queue has sent an event on, to be tried again or to the dead ones, since its process began."""
    failed = Counter[str]()
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        for service in HISTORIES:
            for process in PROCESSES[service]:
                answer = await client.get(site.metrics_url(process))
                for family in text_string_to_metric_families(answer.text):
                    for sample in family.samples:
                        if sample.name == "eventflow_consumed_events_total" and (
                            sample.labels["outcome"] in ("retried", "dead")
                        ):
                            failed[sample.labels["queue"]] += int(sample.value)
    return failed


async def nothing_is_set_aside(site: Site) -> None:
    """Raises NotYet while something lies in a queue to be tried again, or in one of the dead."""
    found: dict[str, int] = {}
    async with await aio_pika.connect(site.rabbitmq_url, timeout=5) as connection:
        channel = await connection.channel()
        for history in HISTORIES.values():
            aside = [history.subscription.retry(seconds) for seconds in RETRY_DELAYS_SECONDS]
            for name in (*aside, history.subscription.dead):
                queue = await channel.declare_queue(name, passive=True)
                found[name] = queue.declaration_result.message_count or 0
    if any(found.values()):
        raise NotYet(", ".join(f"{name}: {count}" for name, count in found.items() if count))
