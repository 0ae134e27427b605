"""One day's payments against the provider's ledger: totals per currency, and every difference by its key.

A key belongs to the UTC day on which the provider entered it, whenever we recorded it; one that the provider does not
know belongs to the day on which we recorded it. Only moved money counts: what was declined or refused is left out.
"""

import asyncio
import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from ops.audit.aligning import aligned
from ops.audit.snapshots import Record, Snapshot, snapshots
from ops.stack.site import Site

_COLUMNS = ("day", "currency", "entry", "key", "ours", "provider", "difference", "remark")
_KINDS = {"charge": "charges", "refund": "refunds"}

_MOVED = "SELECT key COLLATE \"C\" AS key, kind, amount, currency FROM ledger WHERE outcome IN ('charged', 'refunded')"
_ENTERED = f"{_MOVED} AND created_at >= $1 AND created_at < $2 ORDER BY 1"
_KNOWN = "SELECT key FROM ledger WHERE outcome IN ('charged', 'refunded') AND key = ANY($1)"

_RECORDED = """
SELECT (data->>'payment_id') || CASE type
        WHEN 'payment.processed' THEN ':charge' ELSE ':refund:' || (data->>'refund_id') END COLLATE "C" AS key,
    CASE type WHEN 'payment.processed' THEN 'charge' ELSE 'refund' END,
    (money->>'amount')::bigint, money->>'currency', time
FROM events, coalesce(data->'price', data->'amount') AS money
WHERE type IN ('payment.processed', 'payment.refunded')"""
_AROUND = f"{_RECORDED} AND time >= $1 AND time < $2 ORDER BY 1"
_OF_PAYMENTS = (
    f"{_RECORDED} AND stream IN (SELECT 'payment-' || id FROM payments WHERE payment_id::text = ANY($1))"
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One key on which the two sides disagree: minor units, None where a side knows nothing of it."""

    currency: str
    key: str
    ours: int | None
    provider: int | None

    @property
    def remark(self) -> str:
        if self.ours is None:
            return "the provider moved it, we have not recorded it"
        if self.provider is None:
            return "we recorded it, the provider knows nothing of it"
        return "the amounts differ"


@dataclass(slots=True)
class Sums:
    """Counts and minor units of one kind in one currency."""

    ours: int = 0
    our_count: int = 0
    provider: int = 0
    provider_count: int = 0


@dataclass(slots=True)
class Reconciliation:
    """`sums` by currency and kind (`charge`, `refund`)."""

    day: date
    sums: dict[tuple[str, str], Sums] = field(default_factory=lambda: defaultdict(Sums))
    differences: list[Difference] = field(default_factory=list[Difference])

    @property
    def currencies(self) -> Sequence[str]:
        return sorted({currency for currency, _ in self.sums})

    def csv(self, currency: str) -> str:
        """One currency's page: charges, refunds, fees (the provider takes none), net, and each difference."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for row in self._rows(currency):
            writer.writerow([self.day.isoformat(), currency, *row.values()])
        return text.getvalue()

    def document(self) -> dict[str, Any]:
        return {
            "day": self.day.isoformat(),
            "agrees": not self.differences,
            "currencies": {currency: list(self._rows(currency)) for currency in self.currencies},
        }

    def _rows(self, currency: str) -> Iterator[dict[str, Any]]:
        charges, refunds = (self.sums[currency, kind] for kind in _KINDS)
        for entry, sums in (("charges", charges), ("refunds", refunds)):
            remark = f"{sums.our_count} of ours, {sums.provider_count} of the provider's"
            yield _row(entry, "", sums.ours, sums.provider, remark)
        yield _row("fees", "", 0, 0, "the provider takes none")
        yield _row("net", "", charges.ours - refunds.ours, charges.provider - refunds.provider, "")
        for one in self.differences:
            if one.currency == currency:
                yield _row("difference", one.key, one.ours, one.provider, one.remark)


def _row(entry: str, key: str, ours: int | None, provider: int | None, remark: str) -> dict[str, Any]:
    difference = (ours or 0) - (provider or 0)
    return {
        "entry": entry,
        "key": key,
        "ours": ours,
        "provider": provider,
        "difference": difference,
        "remark": remark,
    }


async def reconcile(site: Site, day: date, *, grace: timedelta) -> Reconciliation:
    """Compares both sides for the day. What differs is looked at again after `grace`: it may just be being recorded.

    Raises Unreachable.
    """
    first = await _compare(site, day)
    if not first.differences:
        return first
    await asyncio.sleep(grace.total_seconds())
    again = await _compare(site, day)
    return replace(again, differences=[one for one in again.differences if one in first.differences])


async def _compare(site: Site, day: date) -> Reconciliation:
    begin = datetime.combine(day, time(), UTC)
    end = begin + timedelta(days=1)
    found = Reconciliation(day)
    only_ours: list[Record] = []
    only_theirs: list[Record] = []
    async with snapshots(site) as databases:
        payment, provider = databases["payment"], databases["provider"]
        # Nearly everything is recorded within the hour; whatever is left alone is looked up by its key.
        streams = (
            payment.pages(_AROUND, begin, end + timedelta(hours=1)),
            provider.pages(_ENTERED, begin, end),
        )
        async for _, (ours, theirs) in aligned(*streams):
            if ours and theirs:
                _add(found, ours, theirs)
            elif ours and begin <= ours[4] < end:
                only_ours.append(ours)
            elif theirs:
                only_theirs.append(theirs)
        known = {key for (key,) in await provider.rows(_KNOWN, [ours[0] for ours in only_ours])}
        late = await _recorded_at_any_time(payment, only_theirs)
    for ours in only_ours:
        if ours[0] not in known:
            _add(found, ours, None)
    for theirs in only_theirs:
        _add(found, late.get(theirs[0]), theirs)
    return found


async def _recorded_at_any_time(payment: Snapshot, entries: Sequence[Record]) -> Mapping[str, Record]:
    payments = sorted({entry[0].partition(":")[0] for entry in entries})
    return {record[0]: record for record in await payment.rows(_OF_PAYMENTS, payments)}


def _add(found: Reconciliation, ours: Record | None, theirs: Record | None) -> None:
    either = ours or theirs
    assert either is not None
    key, kind, _, currency, *_ = either
    amount = ours[2] if ours else None
    entered = theirs[2] if theirs else None
    if ours:
        sums = found.sums[ours[3], kind]
        sums.ours, sums.our_count = sums.ours + ours[2], sums.our_count + 1
    if theirs:
        sums = found.sums[theirs[3], kind]
        sums.provider, sums.provider_count = sums.provider + theirs[2], sums.provider_count + 1
    if ours and theirs and ours[3] != theirs[3]:
        found.differences.append(Difference(ours[3], key, amount, None))
        found.differences.append(Difference(theirs[3], key, None, entered))
    elif amount != entered:
        found.differences.append(Difference(currency, key, amount, entered))
