"""`python -m tests.chaos [--kills N] [--minutes N] [--seed N]`: rounds of chaos, and `docs/reliability.md`.

Ends with 1 when something went wrong, or the time was up before the kills that were asked for.
"""

import argparse
import asyncio
import os
import sys
import time
import traceback
from typing import cast

from tests.chaos import report
from tests.chaos.round import play
from tests.chaos.tally import Tally

DOSES, EVERY, RATE = 2, 2.0, 220.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--kills", type=int, default=1_000, help="how many there have to be (1000)")
    parser.add_argument("--minutes", type=float, default=180, help="no round begins later than this (180)")
    parser.add_argument("--seed", type=int, default=1, help="of the first round; each next has the next (1)")
    asked = parser.parse_args()
    os.environ.pop("EVENTFLOW_HOME", None)  # every round has a home of its own
    all_of_it, wrong = Tally(), list[str]()
    began, seed = time.monotonic(), asked.seed
    while not wrong and all_of_it.killed < asked.kills and time.monotonic() - began < asked.minutes * 60:
        tally = Tally()
        try:
            asyncio.run(play(tally, seed=seed, doses=DOSES, every=EVERY, rate=RATE))
        except* Exception as failures:  # noqa: BLE001 - whatever it was belongs into the report
            wrong.append(f"{_told(failures)} (again: make chaos KILLS=1 SEED={seed})")
            traceback.print_exception(failures)
        else:
            _say(
                f"seed {seed}: {tally.killed} kills, {tally.orders} orders at {tally.rate:.0f}/s, all right, "
                f"{tally.seconds:.0f} s"
            )
        all_of_it.add(tally)
        seed += 1
    command = f"make chaos KILLS={asked.kills} MINUTES={asked.minutes:g} SEED={asked.seed}"
    report.write(all_of_it, command=command, wanted=asked.kills, wrong=wrong)
    for sentence in wrong:
        _say(f"WRONG: {sentence}")
    cut_short = all_of_it.killed < asked.kills
    _say(f"{all_of_it.killed} kills{f' of {asked.kills}, cut short' if cut_short else ''}; see {report.FILE}")
    return 1 if wrong or cut_short else 0


def _told(failures: BaseExceptionGroup[BaseException]) -> str:
    """What went wrong, in one line."""
    found: list[str] = []
    for one in failures.exceptions:
        group = cast("BaseExceptionGroup[BaseException]", one)
        found.append(_told(group) if isinstance(one, BaseExceptionGroup) else str(one) or repr(one))
    return " ".join(" and ".join(found).split())


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
