"""Whether what was measured was right: a fast run that loses an order is a failed run."""

import json
from dataclasses import dataclass, field
from typing import Any

from ops.audit.audit import audit as prove
from ops.stack.site import Site
from ops.stack.sql import connected

_UNCONFIRMED = (
    "SELECT coalesce(json_agg(id), '[]')::text FROM"
    " (SELECT id FROM orders WHERE state->>'status' <> 'CONFIRMED' ORDER BY id LIMIT 10) AS found"
)


@dataclass(frozen=True, slots=True)
class Audit:
    """`findings` in a sentence each; none when everything is right. `clauses` counts what was looked at under each."""

    findings: tuple[str, ...]
    clauses: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def clean(self) -> bool:
        return not self.findings

    def document(self) -> dict[str, Any]:
        return {"clean": self.clean, "findings": list(self.findings), "looked_at": self.clauses}


async def audit(site: Site) -> Audit:
    """The audit of the books; and as no card was declined and no stock short, every order has to be CONFIRMED."""
    report = await prove(site)
    findings = [
        f"{one.clause.value} {one.subject}: {one.problem} ({one.command})" for one in report.offenders
    ]
    async with connected(site.database_url("order", "auditor")) as orders:
        unconfirmed: list[str] = json.loads(await orders.fetchval(_UNCONFIRMED))
    findings += [f"order {order_id} is not CONFIRMED" for order_id in unconfirmed]
    return Audit(tuple(findings), {clause.value: count for clause, count in sorted(report.checked.items())})
