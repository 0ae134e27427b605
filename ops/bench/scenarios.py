"""The scenarios. Each starts a stack of its own with empty databases, in a home that is gone afterwards."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

from ops.bench.auditing import Audits, audit_of, audited
from ops.bench.books import audit
from ops.bench.floor import floor
from ops.bench.load import Load, Watch, drive
from ops.bench.report import Report
from ops.bench.searching import STEP_SECONDS, hold, search
from ops.bench.shop import open_shop
from ops.bench.subject import Subject
from ops.stack.lifecycle import Stack
from ops.stack.temporary import make_temporary_home
from ops.stack.waiting import Say

# What is cold at first (connections, plans, caches) is not what is measured.
WARM_UP_RATE, WARM_UP_SECONDS = 50.0, 4.0
CALM_RATE = 100.0

ORDERS_TARGETS = {"confirmed_per_s": 1_000, "ratio": 0.7}
LATENCY_TARGETS = {"post_ms p99": 25, "post_to_confirmed_ms p50": 50, "post_to_confirmed_ms p99": 150}


def orders(rate: float | None, seconds: float, say: Say, watch: Watch) -> Report:
    """Orders at this rate, or at the highest that is sustained; and the bare pipeline at its highest."""
    with _own_stack(say) as stack:
        shop = open_shop(stack)
        with floor(stack, shop.bodies) as bare:
            ours, floors = asyncio.run(_side_by_side(shop, bare, rate, seconds, say, watch))
        return Report("orders", ours, asyncio.run(audit(stack.site())), ORDERS_TARGETS, floors)


def latency(seconds: float, say: Say, watch: Watch) -> Report:
    """100 orders a second: how long an answer takes, and an order until it is confirmed."""
    with _own_stack(say) as stack:
        load = asyncio.run(_calm(open_shop(stack), seconds, say, watch))
        return Report("latency", load, asyncio.run(audit(stack.site())), LATENCY_TARGETS)


def audits(seconds: float, say: Say, watch: Watch) -> Report:
    """100 orders a second with the audit running again and again beside them: what it says while orders flow."""
    with _own_stack(say) as stack:
        load, beside = asyncio.run(_audited(stack, open_shop(stack), seconds, say, watch))
        return Report("audit", load, asyncio.run(audit(stack.site())), {}, audits=beside)


async def _side_by_side(
    shop: Subject, bare: Subject, rate: float | None, seconds: float, say: Say, watch: Watch
) -> tuple[Load, Load]:
    for subject in (shop, bare):
        await _warm_up(subject, say, watch)
    if rate is None:
        highest, floors_highest = await search([shop, bare], say, watch)
        ours = await hold(shop, highest, seconds, say, watch)
        return ours, await hold(bare, floors_highest, seconds, say, watch)
    [floors_highest] = await search([bare], say, watch)
    say(f"{shop.name}: {rate:.0f} orders/s for {seconds:.0f} s")
    ours = await drive(shop, rate, seconds, seed=0, watch=watch)
    return ours, await hold(bare, floors_highest, STEP_SECONDS, say, watch)


async def _calm(shop: Subject, seconds: float, say: Say, watch: Watch) -> Load:
    await _warm_up(shop, say, watch)
    say(f"{shop.name}: {CALM_RATE:.0f} orders/s for {seconds:.0f} s")
    return await drive(shop, CALM_RATE, seconds, seed=0, watch=watch)


async def _audited(
    stack: Stack, shop: Subject, seconds: float, say: Say, watch: Watch
) -> tuple[Load, Audits]:
    await _warm_up(shop, say, watch)
    say(f"{shop.name}: {CALM_RATE:.0f} orders/s for {seconds:.0f} s, and audits beside them")
    load = drive(shop, CALM_RATE, seconds, seed=0, watch=watch)
    return await audited(load, lambda: audit_of(stack.home))


async def _warm_up(subject: Subject, say: Say, watch: Watch) -> None:
    say(f"warming up {subject.name}")
    await drive(subject, WARM_UP_RATE, WARM_UP_SECONDS, seed=0, watch=watch)


@contextmanager
def _own_stack(say: Say) -> Generator[Stack]:
    stack = Stack(make_temporary_home(), prefer_usual_ports=False, say=say)
    try:
        stack.up()
        yield stack
    finally:
        stack.discard()
