"""Ten times the books: as clean as they are, and an offender among them is found by the processes that share the work."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from ops.audit import proofs
from ops.audit.audit import audit
from ops.stack.site import Site
from tests.history.multiplying import multiply
from tests.integration.audit.conftest import ORDERS_PLACED, Books
from tests.integration.audit.tampering import tamper

COPIES = 9
GRACE = timedelta(milliseconds=100)


@pytest.mark.timeout(400)
async def test_offender_is_found_when_the_history_is_long(
    books: Books, copy: Callable[..., Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = copy("order", "payment", "inventory", "provider")
    await multiply(site, COPIES)
    monkeypatch.setattr(proofs, "_LONG", 1_000)
    report = await audit(site, grace=GRACE)
    assert report.offenders == []
    assert report.document()["clauses"][0]["checked"] == (COPIES + 1) * ORDERS_PLACED

    row_id = await tamper(
        site,
        "payment",
        """UPDATE payments SET state = jsonb_set(state, '{terms,customer_id}', '"somebody"')"""
        " WHERE id = (SELECT id FROM payments WHERE status = 'COMPLETED' ORDER BY id DESC LIMIT 1) RETURNING id",
    )
    report = await audit(site, grace=GRACE)
    assert [(one.clause.value, one.subject) for one in report.offenders] == [("I5", f"payments {row_id}")]
