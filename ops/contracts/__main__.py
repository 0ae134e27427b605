"""`python -m ops.contracts`: write the documents, or with `--check` compare them. Exit status 1: found something."""

from typing import Annotated

import typer

from ops.contracts.documents import Documents
from ops.output import results

_Check = Annotated[bool, typer.Option("--check", help="Only compare the committed documents with the code.")]


def main(*, check: _Check = False) -> None:
    """Write docs/contracts and docs/openapi from the code."""
    documents = Documents()
    if breaks := documents.breaks():
        results.print(
            "A published contract may only gain optional fields; put the rest into a new version beside it:"
        )
        _list(breaks)
        raise typer.Exit(1)
    if not check:
        documents.write()
    if drift := documents.drift():
        results.print("Run `python -m ops.contracts` and look at the difference:")
        _list(drift)
        raise typer.Exit(1)


def _list(lines: list[str]) -> None:
    for line in lines:
        results.print(f"  {line}", markup=False)


if __name__ == "__main__":
    typer.run(main)
