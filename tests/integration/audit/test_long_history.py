"""A long history: the one offender in it is found, by the processes that share the work, in half a minute."""

from collections.abc import Callable
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

import pytest

from ops.audit.audit import audit
from ops.audit.clauses import Clause
from ops.stack.site import Site
from tests.history.multiplying import multiply
from tests.integration.audit.auditing import GRACE
from tests.integration.audit.conftest import ORDERS_PLACED, Books
from tests.integration.audit.tampering import tamper

COPIES = 833
ORDERS = (COPIES + 1) * ORDERS_PLACED
WITHIN_SECONDS = 30
CORES = 2


@pytest.mark.timeout(900)
async def test_offender_is_found_in_half_a_minute_among_a_hundred_thousand_orders(
    books: Books, copy: Callable[..., Site], record_property: Callable[[str, object], None]
) -> None:
    """On a machine with other work the clock tells of that work: then the audit's own CPU decides."""
    site = copy("order", "payment", "inventory", "provider")
    await multiply(site, COPIES)
    row_id = await tamper(
        site,
        "payment",
        """UPDATE payments SET state = jsonb_set(state, '{terms,customer_id}', '"somebody"')"""
        " WHERE id = (SELECT id FROM payments WHERE status = 'COMPLETED' ORDER BY id DESC LIMIT 1) RETURNING id",
    )
    before = cpu_seconds()
    report = await audit(site, grace=GRACE)
    cpu = cpu_seconds() - before
    record_property(f"audit of {ORDERS:,} orders", f"{report.took_seconds:.1f} s, {cpu:.1f} s of CPU")
    record_property("events folded", f"{report.checked[Clause.VERSIONS]:,}")
    assert [(one.clause.value, one.subject) for one in report.offenders] == [("I5", f"payments {row_id}")]
    assert report.checked[Clause.ENDS] == ORDERS >= 100_000
    assert report.took_seconds < WITHIN_SECONDS or cpu < WITHIN_SECONDS * CORES


def cpu_seconds() -> float:
    """Of this process and of those that it has started and that have ended."""
    used = (getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)
