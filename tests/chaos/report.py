"""`docs/reliability.md`: what was done, and what became of it, as it was counted."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ops.stack.home import CLONE, write_whole
from tests.chaos.tally import Tally
from tests.e2e.load import CLIENTS
from tests.pages import commit, counted, machine, now, table

FILE = CLONE / "docs" / "reliability.md"


def write(tally: Tally, *, command: str, wanted: int, wrong: Sequence[str], file: Path = FILE) -> None:
    """`wanted` are the kills that were asked for; `wrong` is what did not come right, a sentence per round."""
    write_whole(file, "\n".join(_lines(tally, command, wanted, wrong)) + "\n")


def _lines(tally: Tally, command: str, wanted: int, wrong: Sequence[str]) -> Iterator[str]:
    yield "# Reliability: what was killed, and what was lost"
    yield ""
    yield "Written by `make chaos`, never by hand. Real processes under load were killed at five named points and at"
    yield "random, with the servers below them; connections were cut without a word; the provider was late, failed and"
    yield "timed out. Nothing was started by hand afterwards. Then every order had to have ended, every answer to have"
    yield "been kept, stock, money and the provider's ledger to agree key by key (no charge or reservation twice),"
    yield "`eventflow audit` to be clean with no dead letter, every public event to be in the notification stream as its"
    yield "service had stored it and nothing else to be there, and every socket that had come back with its cursor, to"
    yield "either of two gateways, to hold each event once: a dashboard all there were, the others those of a customer."
    yield ""
    yield f"- Command: `{command}`"
    yield f"- Ended: {now()}, after {tally.seconds / 60:.0f} minutes"
    yield f"- Commit: {commit()}"
    yield f"- Machine: {machine()}"
    yield f"- Rounds: {tally.rounds}, each with servers of its own, {len(wrong)} of them wrong"
    if tally.killed < wanted:
        yield f"- Cut short: {tally.killed} of the {wanted} kills that were asked for"
    yield from (f"- WRONG: {sentence}" for sentence in wrong)
    yield ""
    yield from table(("result", ""), _results(tally))
    yield from table(("SIGKILL", "kills"), [*counted(tally.kills), ("**all**", f"**{tally.killed}**")])
    yield from table(("what else was done", "times"), counted(tally.other))
    yield from table(("restarted by the supervisor", "times"), counted(tally.restarts))
    yield from table(("longest recovery", "seconds"), _recoveries(tally))
    yield from table(("orders ended as", "orders"), counted(tally.ends))
    yield from table(("clause of the audit", "looked at"), counted(tally.audited))
    yield "A kill at a named point hits whichever instance passes it: `mid_batch` rows are written and nothing is"
    yield "committed; `committed` nobody has been told and nothing is published; `published` the broker has confirmed what"
    yield "the checkpoint does not show; `handled` committed and not acknowledged; `answered` the provider has moved money"
    yield "and we have not written it down."


def _results(tally: Tally) -> list[tuple[str, str]]:
    return [
        (
            "orders offered",
            f"{tally.offered:.0f} per second of load, by {CLIENTS} clients that wait for answers",
        ),
        ("orders accepted", f"{tally.orders}, {tally.rate:.0f} per second of load"),
        ("orders lost", str(tally.lost)),
        ("orders made twice", str(tally.twice)),
        ("requests sent twice and answered the same", str(tally.repeated_requests)),
        ("public events stored, each compared with the notification stream", str(tally.stored)),
        ("of them not in the stream, or there and not stored", str(tally.unlike)),
        ("published again after a crash, and dropped by who had them", str(tally.published_again)),
        ("events held by followed sockets, each once", str(tally.held_by_sockets)),
        ("times that a socket came back with its cursor", str(tally.reconnections)),
    ]


def _recoveries(tally: Tally) -> list[tuple[str, str]]:
    parts = sorted(tally.back_after.items())
    return [
        *((f"{name} gone, until its successor served", f"{seconds:.1f}") for name, seconds in parts),
        (f"another relay led ({tally.handovers} leaders killed)", f"{tally.handover:.1f}"),
        ("from SIGTERM to the end of a process", f"{tally.drained_in:.1f}"),
        ("no order was accepted for", f"{tally.accepted_none_for:.1f}"),
        ("from an order's last request to its end", f"{tally.ended_after:.1f}"),
    ]
