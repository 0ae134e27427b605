"""`docs/simulation.md`: what was played, how often everything went wrong, and what the simulation finds."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ops.stack.home import CLONE, write_whole
from tests.pages import commit, machine, now, table
from tests.simulation.biting import Hunt
from tests.simulation.campaign import Report
from tests.simulation.faults import FAILURES, UNTIMELY
from tests.simulation.races import RACES

FILE = CLONE / "docs" / "simulation.md"
SPECIFICATION = CLONE / "docs" / "specification.md"

# What stands in for a part of production, and where that part itself is shown to work.
STANDS_IN: Sequence[tuple[str, str, str]] = (
    (
        "PostgreSQL",
        "a database in memory: row locks, READ COMMITTED, one append at a time; it knows each statement by its text"
        " and runs no SQL",
        "`tests/integration/platform`",
    ),
    (
        "SQL projections: open provider calls, search index, stock movements",
        "left out; open provider calls are folded from the events",
        "`tests/integration`, the audit's clause I5 in `tests/chaos`",
    ),
    (
        "the statement that finds orders to expire",
        "the same rule over the memory's rows and events (the command and its decision are production code)",
        "`tests/integration/order_service/test_expiry.py`",
    ),
    (
        "the relay's loop, election and checkpoint",
        "an act that publishes the next events and moves a number (what is published, and batched how, is production"
        " code)",
        "`tests/integration/platform/test_relay.py`, `test_election.py`, `tests/chaos`",
    ),
    (
        "RabbitMQ and the consumer's loop: acknowledgements, retry queues, dead letters",
        "queues in memory, from which an act takes any messages in any order; no event of a story is meant to fail, so"
        " nothing is retried later or dies",
        "`tests/integration/platform/test_consumer*.py`, `test_failing_events.py`, `tests/chaos`",
    ),
    (
        "the charging loop: leases, pauses, timeouts",
        "one act asks, another commits the answer, at any time (how it asks and what it records is production code)",
        "`tests/integration/payment_service/test_charging.py`, `tests/chaos`",
    ),
    (
        "the payment provider with its database",
        "the same rules and books in memory; it fails and loses answers as the case says",
        "`tests/integration/payment_service/test_simulated_provider.py`",
    ),
    (
        "HTTP: routes, sign-in, group commit, sealed personal data",
        "requests go to the handling as the routes would put them, one by one",
        "`tests/integration`, `tests/e2e`",
    ),
    ("the clock", "goes only when an act says so", "`tests/e2e`, `tests/chaos`"),
)


def write(report: Report, hunts: Sequence[Hunt], *, command: str, file: Path = FILE) -> None:
    write_whole(file, "\n".join(_lines(report, hunts, command)) + "\n")


def race_names() -> Mapping[int, str]:
    """The races by number, as the specification tells them."""
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \|", SPECIFICATION.read_text(), re.MULTILINE)
    return {int(number): name for number, name in rows}


def _lines(report: Report, hunts: Sequence[Hunt], command: str) -> Iterator[str]:
    yield "# Simulation: what went wrong, and what came of it"
    yield ""
    yield f"Written by `{command}`, never by hand. One seed decides everything: what people do, who goes next at every"
    yield "statement and every COMMIT, what dies there, what is late, lost or repeated. The deciders, reactions, publishing"
    yield "and the handling of commands are production code, run in one process; what is not is told below. Twice in each"
    yield "seed everything comes to rest, and the invariants I1 to I7 of the [specification](specification.md) must hold."
    yield ""
    yield f"- Command: `{command}`"
    yield f"- Ended: {now()}"
    yield f"- Commit: {commit()}"
    yield f"- Machine: {machine()}"
    yield f"- Seeds: {report.seeds} in {report.seconds:.0f} s, {len(report.failing)} of them wrong"
    yield f"- Orders: {report.orders}, at least {report.fewest_orders} in each seed; acts: {report.acts}"
    yield f"- Faults: {report.faults.total()}; something broke at least {report.fewest_failures} times in each seed"
    yield from (f"- WRONG: seed {seed}: {' '.join(wrong)}" for seed, wrong in report.failing.items())
    yield ""
    yield "## Faults"
    yield ""
    yield from table(
        ("everything works, but not when it is expected", "times"), _counts(report.faults, UNTIMELY)
    )
    yield from table(("something breaks", "times"), _counts(report.faults, FAILURES))
    yield "Whoever is cut looks up whether COMMIT took effect. Whoever is cut off cannot, and says so: the client sends its"
    yield "request again with its idempotency key, the consumer and the charging loop run theirs again. A provider that fails"
    yield "has done nothing; one that loses its answer has done what it was asked."
    yield ""
    yield "## Races"
    yield ""
    names = race_names()
    yield from table(("#", "race", "times"), [(str(n), names[n], str(report.races[n])) for n in RACES])
    yield "## Mutants"
    yield ""
    yield "Production code, broken on purpose, must be found by a seed that is right without it; race 0 is the platform"
    yield "itself. A mutant counts only when it breaks a promise, not when it crashes."
    yield ""
    yield from table(("race", "what is broken", "seeds it took", "found by"), map(_hunt, hunts))
    yield "## What is not production code here"
    yield ""
    yield "Each of these is shown to work on real servers."
    yield ""
    yield from table(("part", "here", "on real servers"), STANDS_IN)
    yield "A seed again, as a story: `make simulate SEED=7`. The mutants alone: `make simulate MUTANTS=1`."


def _counts(counts: Counter[str], names: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, str(counts[name])) for name in names]


def _hunt(hunt: Hunt) -> Sequence[str]:
    return str(hunt.race), hunt.name, str(hunt.seeds), hunt.told
