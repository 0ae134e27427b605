"""`python -m ops.contracts`: write the documents, or with `--check` compare them. Exit status 1: found something."""

from typing import Annotated

import typer

from ops.contracts.documents import BrokenContract, Documents
from ops.output import results

_Check = Annotated[bool, typer.Option("--check", help="Only compare the committed documents with the code.")]


def main(*, check: _Check = False) -> None:
    """Write docs/contracts and docs/openapi from the code."""
    documents = Documents()
    try:
        if check:
            documents.refuse_breaks()
        else:
            documents.write()
    except BrokenContract as broken:
        results.print(
            "A published contract may only gain optional fields; put the rest into a new version beside it:"
        )
        results.print(str(broken), markup=False)
        raise typer.Exit(1) from None
    if drift := documents.drift():
        results.print("Run `python -m ops.contracts` and look at the difference:")
        results.print("\n".join(drift), markup=False)
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
