"""The scenarios. Each starts a stack of its own with empty databases, in a home that is gone afterwards."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

from ops.bench.books import audit
from ops.bench.load import Load, Watch, drive
from ops.bench.report import Report
from ops.bench.shop import open_shop
from ops.bench.subject import Subject
from ops.stack.lifecycle import Stack
from ops.stack.temporary import make_temporary_home
from ops.stack.waiting import Say

# What is cold at first (connections, plans, caches) is not what is measured.
WARM_UP_RATE, WARM_UP_SECONDS = 50.0, 4.0


def orders(rate: float, seconds: float, say: Say, watch: Watch) -> Report:
    """Orders at this rate."""
    with _own_stack(say) as stack:
        shop = open_shop(stack)
        load = asyncio.run(_measured(shop, rate, seconds, say, watch))
        return Report("orders", load, asyncio.run(audit(stack.site())))


async def _measured(subject: Subject, rate: float, seconds: float, say: Say, watch: Watch) -> Load:
    say("warming up")
    await drive(subject, WARM_UP_RATE, WARM_UP_SECONDS, seed=0, watch=watch)
    say(f"{subject.name}: {rate:.0f} orders/s for {seconds:.0f} s")
    return await drive(subject, rate, seconds, seed=1, watch=watch)


@contextmanager
def _own_stack(say: Say) -> Generator[Stack]:
    stack = Stack(make_temporary_home(), prefer_usual_ports=False, say=say)
    try:
        stack.up()
        yield stack
    finally:
        stack.discard()
