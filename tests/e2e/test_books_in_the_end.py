"""After all other end-to-end tests: whatever they killed, cut off and sent, the books are right."""

from ops.stack.lifecycle import Stack
from tests.e2e.commands import eventflow


async def test_audit_is_clean_when_every_other_test_has_run(stack: Stack) -> None:
    status, document = await eventflow(stack, "audit", "--json")
    assert document["offenders"] == []
    assert status == 0
