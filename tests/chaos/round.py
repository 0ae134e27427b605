"""One round: an arena under load, everything done to it that the plan says, and the books proved afterwards."""

import asyncio
import random
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from itertools import cycle

from ops.stack.journal import Journal
from ops.stack.supervisor_configuration import journal
from tests.chaos.aftermath import all_ended, longest_way
from tests.chaos.arena import Arena, arena
from tests.chaos.havoc import Havoc
from tests.chaos.load import SteadyLoad
from tests.chaos.plan import plan
from tests.chaos.publications import Told, publications, told, unlike
from tests.chaos.tally import Stopwatch, Tally
from tests.e2e.books import balance
from tests.e2e.browser import Browser
from tests.e2e.commands import eventflow
from tests.e2e.shop import Shop

# Their sockets stay through everything, as does a dashboard's; a gateway lets four catch up at once.
FOLLOWED_CUSTOMERS = tuple(f"load-{number}" for number in range(3))
# PostgreSQL refuses to start while processes of one that was killed still share its memory, and is started again.
STARTED_TOO_SOON = "pre-existing shared memory block"
ASKED_FOR = ("terminated by SIGKILL", "terminated by SIGTERM", "exit status 0")
# What relays and processes told to stop promise, in seconds.
HANDOVER, DRAIN = 5.0, 10.0
# A payment that was asked for by a process that died waits for 15 s, then perhaps for a provider that fails again.
ALL_END_WITHIN = 180.0


async def play(tally: Tally, *, seed: int, doses: int, every: float, rate: float) -> None:
    """Counts what is done and measured, as far as it comes. AssertionError names what did not come right.

    `doses` says how much is done (see `plan`), `every` how many seconds lie between two faults at least, `rate` how
    many orders per second are wanted.
    """
    tally.rounds, tally.offered = 1, rate
    watch = Stopwatch(tally.took)
    async with arena() as ground, Shop(ground.site) as shop:
        load = SteadyLoad(shop, rate=rate, seed=seed)
        await load.stock_up()
        havoc = Havoc(ground, tally, every)
        async with followed(ground) as followers:
            watch.lap("everything starts")
            async with havoc.watching():
                async with asyncio.TaskGroup() as group:
                    group.create_task(load.place_all())
                    await havoc.wreak(plan(random.Random(seed), doses))
                    load.enough()
                watch.lap("everything is killed under load")
                await ground.ready(*ground.parts)
                await havoc.everybody_is_back()
            await all_ended(ground.site, within=ALL_END_WITHIN)
            watch.lap("everything is back and all orders end")
            tally.ended_after = await longest_way(ground.site)
            await _prove(ground, shop, load, tally)
            watch.lap("the books are proved")
            published = await _prove_stream(ground, tally)
            await _prove_sockets(followers, published, tally)
            watch.lap("the stream and the sockets are proved")
        _count_restarts(ground, tally)
    watch.lap("everything stops")
    tally.seconds = sum(tally.took.values())
    assert tally.handover <= HANDOVER, f"another relay led only after {tally.handover:.1f} s"
    assert tally.drained_in <= DRAIN, f"a process needed {tally.drained_in:.1f} s to end"


async def _prove(ground: Arena, shop: Shop, load: SteadyLoad, tally: Tally) -> None:
    """Every answer was kept, and stock, money, ledger and deliveries are right: by our arithmetic and by the audit."""
    tally.orders, tally.placing_seconds = len(load.placed), load.accepted_in
    tally.repeated_requests, tally.accepted_none_for = load.replayed, load.longest_gap
    found = await load.ended(within=60)
    tally.ends.update(f"{order['status']} {order['reason'] or ''}".strip() for order in found.values())
    assert list(load.broken_promises(found)) == []
    await load.ship_some(found)
    records = await balance(ground.site, since=load.since, stocked=load.stocked, within=60)
    tally.lost = len(load.placed.keys() - records.orders.keys())
    tally.twice = len(records.orders.keys() - load.placed.keys())
    assert (tally.lost, tally.twice) == (0, 0)
    status, document = await eventflow(ground.stack, "audit", "--json")
    assert (status, document["offenders"]) == (0, []), document
    tally.audited.update({clause["clause"]: clause["checked"] for clause in document["clauses"]})


async def _prove_stream(ground: Arena, tally: Tally) -> Told:
    """Every public event is in the stream as it was stored, and nothing else is."""
    stored = await publications(ground.site)
    found = await told(ground.site, stored)
    faults = list(unlike(stored, found.times.keys()))
    tally.stored, tally.unlike, tally.published_again = len(stored), len(faults), found.again
    assert not faults, f"{len(faults)} events of {len(stored)}: {'; '.join(faults[:10])}"
    return found


async def _prove_sockets(followers: Mapping[str | None, Browser], published: Told, tally: Tally) -> None:
    """Every socket that came back by its cursor holds what concerns its customer, or everything, each event once."""
    for customer, browser in followers.items():
        await browser.holds(published.ids if customer is None else published.of_customer[customer])
        tally.held_by_sockets += len(browser.held)
        tally.reconnections += browser.connections - 1


def _count_restarts(ground: Arena, tally: Tally) -> None:
    """Nothing has ended but what was killed or asked to."""
    exits = Journal.read(journal(ground.stack.home)).exits
    for name, found in exits.items():
        tally.restarts[name.partition("-")[0]] += len(found)
        log = ground.stack.home.log(name).read_text(errors="replace")
        unasked = [one.how for one in found if one.how not in ASKED_FOR]
        assert len(unasked) <= log.count(STARTED_TOO_SOON), (
            f"{name} ended by itself: {unasked}; its log ends: {log.splitlines()[-5:]}"
        )


@asynccontextmanager
async def followed(ground: Arena) -> AsyncGenerator[Mapping[str | None, Browser]]:
    """A socket per followed customer, and a dashboard for None; each comes back with its cursor whenever it is cut off."""
    there, here = ground.gateways, ground.gateways[::-1]
    followers: dict[str | None, Browser] = {None: Browser(*there, topic="dashboard", cursor="0")}
    for customer, sites in zip(FOLLOWED_CUSTOMERS, cycle((here, there)), strict=False):
        followers[customer] = Browser(*sites, customer_id=customer)
    async with asyncio.TaskGroup() as group:
        staying = [group.create_task(browser.stay()) for browser in followers.values()]
        for browser in followers.values():
            await browser.follows()
        yield followers
        for each in staying:
            each.cancel()
