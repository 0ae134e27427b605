"""The tables of docs/security.md, read as data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

PAGE = Path(__file__).parents[2] / "docs" / "security.md"

Whoever = Literal["anybody", "customer", "staff", "ops", "service"]
Verdict = Literal["yes", "own", "-"]
Operation = tuple[str, str]

EVERYBODY: tuple[Whoever, ...] = get_args(Whoever)
SOCKETS = "sockets"


@dataclass(frozen=True, slots=True)
class Row:
    """`operation` as in `GET /orders`; `verdicts` in the order of EVERYBODY."""

    service: str
    operation: str
    verdicts: tuple[Verdict, ...]

    def verdict(self, who: Whoever) -> Verdict:
        return self.verdicts[EVERYBODY.index(who)]


def rights() -> list[Row]:
    """What the table says of each operation of each service, and of the sockets."""
    rows: list[Row] = []
    for services, operation, *verdicts in _table(["service", "operation", *EVERYBODY]):
        assert len(verdicts) == len(EVERYBODY), operation
        assert set(verdicts) <= set(get_args(Verdict)), operation
        said = cast(tuple[Verdict, ...], tuple(verdicts))
        rows += [Row(service, operation.strip("`"), said) for service in services.split(", ")]
    return rows


def roles_by_verb() -> dict[str, list[str]]:
    """The roles in which a verb of the command line asks the services; none when it asks none of them."""
    return {
        verb.strip("`"): [] if roles == "none" else roles.split(", ")
        for verb, roles in _table(["verb", "role of its token"])
    }


def _table(head: Sequence[str]) -> Iterator[list[str]]:
    lines = iter(PAGE.read_text().splitlines())
    assert any(_cells(line) == head for line in lines), f"no table of {head}"
    next(lines)
    for line in lines:
        if not line.startswith("|"):
            return
        yield _cells(line)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
