"""What the command line of the bench refuses before it starts anything."""

import pytest
from typer.testing import CliRunner

from ops.cli import app


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["soon"],
        ["orders", "--rate", "100", "--max"],
        ["orders", "--rate", "0"],
        ["orders", "--rate", "5000", "--seconds", "3600"],
        ["latency", "--seconds", "1"],
        ["audit", "--seconds", "10"],
    ],
)
def test_status_is_two_when_the_bench_is_misused(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, ["bench", *arguments]).exit_code == 2
