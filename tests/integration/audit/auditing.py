"""The audit with no more grace than a closed shop needs: nothing is under way there."""

from datetime import timedelta

from ops.audit.audit import audit
from ops.audit.report import Report
from ops.stack.site import Site

GRACE = timedelta(milliseconds=100)


async def audited(site: Site) -> set[tuple[str, str]]:
    """Clause and subject of every offender."""
    return named(await audit(site, grace=GRACE))


def named(report: Report) -> set[tuple[str, str]]:
    return {(offender.clause.value, offender.subject) for offender in report.offenders}
