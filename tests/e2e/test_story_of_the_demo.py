"""The demo: every saga ends as announced, again and again."""

from ops.stack.lifecycle import Stack
from ops.story.scenarios import SCENARIOS
from tests.e2e.operator import Operator


async def test_every_saga_ends_as_announced_when_the_demo_is_given_twice(stack: Stack) -> None:
    operator = Operator(stack)
    told = await operator.runs("demo")
    assert told.status == 0, told.out + told.remarks
    assert f"{len(SCENARIOS)} of {len(SCENARIOS)} orders ended as announced" in told.out
    assert max(map(len, told.out.splitlines())) <= 100

    again = await operator.runs("demo", "--json")
    assert (again.status, again.remarks) == (0, "")
    assert again.document["as_announced"] is True
    ended = [saga["ended"]["order"] for saga in again.document["sagas"]]
    assert ended == [scenario.end.order for scenario in SCENARIOS]
    assert all(saga["timeline"]["roots"] for saga in again.document["sagas"])
