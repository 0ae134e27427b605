"""Products as they are shown, kept ready in the cache.

An entry is at most two seconds old, and every commit of any process outdates the entries of the products that it
changes. What this process has committed itself it never shows an older version of, whatever the cache says.
"""

from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from inventory_service.api.resources import product_resource
from inventory_service.queries import InventoryQueries
from inventory_service.tables import STOCK
from shared.cache.versioned import LIFETIME, VersionedCache
from shared.eventsourcing.rows import Rows
from shared.http.etags import etag

# A slower read is not kept: the cache bars older versions for two seconds only.
_READ_WITHIN = timedelta(seconds=1)
# What was read just before a commit is written within a second and gone after its lifetime.
_OWN_COMMITS_KEPT = 2 * (_READ_WITHIN + LIFETIME)


@dataclass(frozen=True, slots=True)
class ShownProduct:
    """`body` is a ProductResource in JSON."""

    etag: str
    body: bytes


class ProductViews:
    """`cache` is None where there is none."""

    def __init__(self, queries: InventoryQueries, cache: VersionedCache | None) -> None:
        self._queries = queries
        self._cache = cache
        # By SKU, the last commit last: the version of the stock, and when that was.
        self._own_commits: dict[str, tuple[int, float]] = {}

    async def product(self, sku: str) -> ShownProduct | None:
        """None when there is no such product. Raises Unavailable when the database is asked and does not answer."""
        if self._cache is not None:
            entry = await self._cache.get(sku)
            if entry is not None and entry.version >= self._own_version(sku):
                tag, _, body = entry.content.partition(b"\n")
                return ShownProduct(tag.decode(), body)
        began = monotonic()
        found = await self._queries.product(sku)
        if found is None:
            return None
        shown = ShownProduct(etag(found.version), product_resource(found).model_dump_json().encode())
        if self._cache is not None and monotonic() - began < _READ_WITHIN.total_seconds():
            self._cache.put(sku, found.stock_version, b"\n".join((shown.etag.encode(), shown.body)))
        return shown

    def observe(self, changed: Rows) -> None:
        """To be told of the rows of every commit, before anybody is answered."""
        if self._cache is None:
            return
        now = monotonic()
        versions = {sku: row.version for (table, sku), row in changed.items() if table == STOCK.name}
        for sku, version in versions.items():
            # Batches that committed one after the other may be told of in any order.
            known, _ = self._own_commits.pop(sku, (0, 0.0))
            self._own_commits[sku] = max(known, version), now
        self._forget_commits(before=now - _OWN_COMMITS_KEPT.total_seconds())
        self._cache.outdate(versions)

    def _own_version(self, sku: str) -> int:
        version, _ = self._own_commits.get(sku, (0, 0.0))
        return version

    def _forget_commits(self, before: float) -> None:
        while self._own_commits:
            sku, (_, committed) = next(iter(self._own_commits.items()))
            if committed >= before:
                break
            del self._own_commits[sku]
