"""The last of the end-to-end tests: whatever the others killed, planted and sent, the books are right."""

from ops.stack.lifecycle import Stack
from tests.e2e.commands import eventflow


async def test_audit_is_clean_when_every_other_test_has_run(stack: Stack) -> None:
    status, document = await eventflow(stack, "audit", "--json")
    assert (status, document["offenders"]) == (0, [])
