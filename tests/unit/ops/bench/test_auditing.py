"""Audits beside a load: which of them count, and that a false alarm fails the run."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from ops.bench.auditing import Audits, audited
from ops.stack.errors import StackError

OFFENDER = {"clause": "I1", "subject": "order 7", "problem": "it is PENDING", "command": "./eventflow"}


class Auditing:
    """Each audit looks at ten orders more; the load ends in the midst of the last."""

    def __init__(self, audits: int, accused_by: int = 0) -> None:
        self.enough = asyncio.Event()
        self._audits = audits
        self._accused_by = accused_by
        self._ran = 0

    async def audit(self) -> Mapping[str, Any]:
        self._ran += 1
        await asyncio.sleep(0)
        if self._ran == self._audits:
            self.enough.set()
            await asyncio.sleep(0)
        offenders = [OFFENDER] if self._ran == self._accused_by else []
        return {"clauses": [{"clause": "I1", "checked": 10 * self._ran}], "offenders": offenders}

    async def load(self) -> str:
        await self.enough.wait()
        return "what it came to"


async def test_audits_follow_each_other_and_count_until_the_load_has_ended() -> None:
    auditing = Auditing(3)
    load, audits = await audited(auditing.load(), auditing.audit)
    assert load == "what it came to"
    assert audits == Audits([10, 20], [])
    assert not audits.findings
    assert audits.document()["false_alarms"] == 0


@pytest.mark.parametrize("accused_by", [1, 3], ids=["meanwhile", "when the load had just ended"])
async def test_alarm_is_told_when_somebody_is_accused(accused_by: int) -> None:
    auditing = Auditing(3, accused_by)
    _, audits = await audited(auditing.load(), auditing.audit)
    assert audits.findings == ["while orders flowed: I1 order 7: it is PENDING (./eventflow)"]
    assert audits.document() == {
        "audits": 2,
        "orders_looked_at": [10, 20],
        "false_alarms": 1,
        "findings": audits.findings,
    }


async def test_nothing_is_shown_when_no_audit_ended_while_the_load_lasted() -> None:
    auditing = Auditing(1)
    _, audits = await audited(auditing.load(), auditing.audit)
    assert audits.findings == ("no audit ended while orders flowed",)


async def test_load_is_given_up_when_the_audit_can_prove_nothing() -> None:
    given_up = asyncio.Event()

    async def load() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            given_up.set()

    async def audit() -> Mapping[str, Any]:
        await asyncio.sleep(0)
        raise StackError("The audit ended with status 2")

    with pytest.raises(StackError, match="status 2"):
        await audited(load(), audit)
    await asyncio.wait_for(given_up.wait(), 5)
