"""`python -m tests.simulation [--seed N | --mutants | --runs N [--first N] [--report]]`: a story, a table, or a report."""

import argparse
import sys

from ops.output import bar
from tests.simulation import report as page
from tests.simulation.biting import hunt_all, table
from tests.simulation.campaign import Report, campaign, silence
from tests.simulation.case import play
from tests.simulation.shrinking import Shrinking
from tests.simulation.story import tell


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seed", type=int, help="play this seed alone and tell what happens")
    parser.add_argument("--mutants", action="store_true", help="show how soon each mutant is found")
    parser.add_argument("--runs", type=int, default=5_000, help="how many seeds (5000)")
    parser.add_argument("--first", type=int, default=0, help="the first of them (0)")
    parser.add_argument(
        "--report", action="store_true", help="look for the mutants too; write docs/simulation.md"
    )
    asked = parser.parse_args()
    silence()
    if asked.mutants:
        return _bite()
    if asked.seed is not None:
        return _one(asked.seed)
    with bar("seeds") as watch:
        report = campaign(range(asked.first, asked.first + asked.runs), watch)
    _say(str(report))
    missed = _write(report) if asked.report else 0
    return _shortest_of(report) or missed


def _bite() -> int:
    hunts = hunt_all()
    _say(table(hunts))
    return 0 if all(hunt.found for hunt in hunts) else 1


def _write(report: Report) -> int:
    hunts = hunt_all()
    page.write(report, hunts, command=f"make simulate RUNS={report.seeds} REPORT=1")
    _say(f"{table(hunts)}\nsee {page.FILE}")
    return 0 if all(hunt.found for hunt in hunts) else 1


def _one(seed: int) -> int:
    outcome = play(seed)
    if outcome.wrong:
        return _shortest(seed)
    _say(tell(outcome.case))
    return 0


def _shortest_of(report: Report) -> int:
    return _shortest(min(report.failing)) if report.failing else 0


def _shortest(seed: int) -> int:
    outcome = play(seed)
    case = Shrinking(outcome.wrong).shortest(outcome.case)
    _say(f"\nseed {seed} fails; its shortest story:\n\n{tell(case)}")
    return 1


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
