"""The audit beside a load, again and again: nobody may be accused of what is only on its way."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from ops.stack.errors import StackError
from ops.stack.home import CLONE, Home
from ops.stack.site import process_environment

# A wrong audit is likely to accuse thousands.
_NAMED_AT_MOST = 20

Ended = TypeVar("Ended")
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Audits:
    """`orders` were looked at by each audit that began and ended while the load lasted.

    `alarms` are its offenders in a sentence each, and those of the audit that outlasted the load.
    """

    orders: Sequence[int]
    alarms: Sequence[str]

    @property
    def findings(self) -> Sequence[str]:
        """Why the run has failed; none when it has not."""
        if not self.orders:
            return (*self.alarms, "no audit ended while orders flowed")
        return self.alarms

    def document(self) -> Document:
        return {
            "audits": len(self.orders),
            "orders_looked_at": list(self.orders),
            "false_alarms": len(self.alarms),
            "findings": list(self.findings[:_NAMED_AT_MOST]),
        }


async def audited(
    load: Coroutine[Any, Any, Ended], audit: Callable[[], Awaitable[Document]]
) -> tuple[Ended, Audits]:
    """What the load has come to, and the audits that followed each other until it had ended."""
    orders: list[int] = []
    alarms: list[str] = []
    driving = asyncio.create_task(load)
    try:
        while not driving.done():
            document = await audit()
            alarms += [f"while orders flowed: {_sentence(one)}" for one in document["offenders"]]
            if not driving.done():
                orders.append(document["clauses"][0]["checked"])
    finally:
        driving.cancel()  # of no effect on what has ended
    return await driving, Audits(orders, alarms)


async def audit_of(home: Home) -> Document:
    """The document of `eventflow audit`, a process of its own: in this one it would hold up who looks on.

    StackError when it could prove nothing.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ops", "audit", "--json"),
        stdout=PIPE,
        cwd=CLONE,
        env={**process_environment(), "EVENTFLOW_HOME": str(home.path)},
    )
    try:
        told, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode not in (0, 1):
        raise StackError(f"The audit ended with status {process.returncode}; see what it said above.")
    return json.loads(told)


def _sentence(offender: Mapping[str, str]) -> str:
    return f"{offender['clause']} {offender['subject']}: {offender['problem']} ({offender['command']})"
