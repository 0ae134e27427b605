"""`python -m tests.simulation [--seed N] [--runs N] [--first N] [--mutants]`: a story, or a report."""

import argparse
import sys

from tests.simulation.biting import find_all, table
from tests.simulation.campaign import ProgressLine, Report, campaign, silence
from tests.simulation.case import play
from tests.simulation.shrinking import Shrinking
from tests.simulation.story import tell


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seed", type=int, help="play this seed alone and tell what happens")
    parser.add_argument("--runs", type=int, default=5_000, help="how many seeds (5000)")
    parser.add_argument("--first", type=int, default=0, help="the first of them (0)")
    parser.add_argument("--mutants", action="store_true", help="show how soon each mutant is found")
    asked = parser.parse_args()
    silence()
    if asked.mutants:
        return _bite()
    if asked.seed is not None:
        return _one(asked.seed)
    seeds = range(asked.first, asked.first + asked.runs)
    report = campaign(seeds, ProgressLine(len(seeds), _overwrite))
    _say(f"\n{report}")
    return _shortest_of(report)


def _bite() -> int:
    found = find_all()
    _say(table(found))
    return 0 if all(mutant.wrong for mutant in found) else 1


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


def _overwrite(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
