"""The page says what was counted, by the names that people know."""

from pathlib import Path

from tests.simulation.biting import Hunt
from tests.simulation.campaign import Report
from tests.simulation.case import play
from tests.simulation.faults import EXPIRY_TICK
from tests.simulation.races import RACES
from tests.simulation.report import race_names, write


def test_every_race_has_a_name_when_the_specification_is_read() -> None:
    names = race_names()
    assert list(names) == list(RACES)
    assert names[7] == "payment succeeds after expiry cancelled the order"


def test_page_tells_what_was_counted_and_what_was_found(tmp_path: Path) -> None:
    report, file = Report(seconds=1.5), tmp_path / "simulation.md"
    report.add(3, play(3))
    hunts = [Hunt(7, "a mutant", 5, "I1: an order|never ends"), Hunt(8, "another", 400, None)]
    write(report, hunts, command="make simulate RUNS=1 REPORT=1", file=file)

    page = file.read_text()
    assert "- Command: `make simulate RUNS=1 REPORT=1`" in page
    assert "- Seeds: 1 in 2 s, 0 of them wrong" in page
    assert f"| {EXPIRY_TICK} | {report.faults[EXPIRY_TICK]} |" in page
    assert f"| 1 | {race_names()[1]} | {report.races[1]} |" in page
    assert r"| 7 | a mutant | 5 | I1: an order\|never ends |" in page
    assert "| 8 | another | 400 | NOT FOUND |" in page


def test_page_says_so_when_a_seed_is_wrong(tmp_path: Path) -> None:
    report, file = Report(seconds=1), tmp_path / "simulation.md"
    report.seeds, report.failing = 9, {8: ["I2: a unit is promised twice"]}
    write(report, [], command="make simulate RUNS=9 REPORT=1", file=file)

    assert "- WRONG: seed 8: I2: a unit is promised twice" in file.read_text()
