"""Whether what was measured was right: a fast run that loses an order is a failed run."""

import json
from dataclasses import dataclass

from ops.stack.site import SERVICES, Site
from ops.stack.sql import connected

_UNCONFIRMED = (
    "SELECT coalesce(json_agg(id), '[]')::text FROM"
    " (SELECT id FROM orders WHERE state->>'status' <> 'CONFIRMED' ORDER BY id LIMIT 10) AS found"
)
_DEAD = "SELECT count(*) FROM dead_letters"


@dataclass(frozen=True, slots=True)
class Audit:
    """`findings` in a sentence each; none when everything is right."""

    findings: tuple[str, ...]

    @property
    def clean(self) -> bool:
        return not self.findings


async def audit(site: Site) -> Audit:
    """Every order of the bench has to be CONFIRMED, and no event set aside."""
    findings: list[str] = []
    async with connected(site.database_url("order", "auditor")) as orders:
        unconfirmed: list[str] = json.loads(await orders.fetchval(_UNCONFIRMED))
        findings += [f"order {order_id} is not CONFIRMED" for order_id in unconfirmed]
    for service in SERVICES:
        async with connected(site.database_url(service, "auditor")) as database:
            if dead := await database.fetchval(_DEAD):
                findings.append(f"{service} has {dead} dead letters")
    return Audit(tuple(findings))
