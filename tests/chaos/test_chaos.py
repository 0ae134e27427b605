"""One dose of everything: at least 30 kills, every named point hit, and nothing lost or done twice."""

from collections.abc import Callable, Iterator
from pathlib import Path

from tests.chaos import report
from tests.chaos.arena import INSTANCES
from tests.chaos.plan import points_of
from tests.chaos.round import play
from tests.chaos.tally import Tally


async def test_nothing_is_lost_or_done_twice_when_everything_is_killed(
    record_property: Callable[[str, object], None], tmp_path: Path
) -> None:
    tally = Tally()
    try:
        await play(tally, seed=1, doses=1, every=1.5, rate=200)
    finally:
        for name, figure in figures(tally):
            record_property(name, figure)
    assert tally.killed >= 30
    assert all(tally.kills[f"{point}: {service}"] for service in INSTANCES for point in points_of(service)), (
        tally.kills
    )
    # What was killed between publishing and its checkpoint was published again, and sockets came back.
    assert tally.published_again > 0
    assert tally.reconnections > 0

    total = Tally()
    total.add(tally)
    report.write(total, command="make chaos", wanted=30, wrong=(), file=tmp_path / "reliability.md")
    assert f"| **all** | **{tally.killed}** |" in (tmp_path / "reliability.md").read_text()


def figures(tally: Tally) -> Iterator[tuple[str, object]]:
    """What is said of the round, however far it came."""
    took = ", ".join(f"{phase} {seconds:.0f} s" for phase, seconds in tally.took.items())
    yield "duration", f"{sum(tally.took.values()):.0f} s: {took}"
    yield "kills", f"{tally.killed}: {dict(tally.kills)}"
    yield "orders", f"{tally.orders}, {tally.rate:.0f}/s, ended as {dict(tally.ends)}"
    yield "events compared with the stream", tally.stored
    yield "longest recovery", {part: round(after, 1) for part, after in tally.back_after.items()}
    yield "another relay led after", f"{tally.handover:.1f} s"
    yield "all ended after", f"{tally.ended_after:.1f} s"
