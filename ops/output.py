"""How the command line speaks: results on stdout, everything else on stderr, and exit status 0, 1 or 2."""

import json
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ops.stack.errors import PartFailed, StackError

results = Console(highlight=False, soft_wrap=True)
remarks = Console(stderr=True, highlight=False, soft_wrap=True)


def say(message: str) -> None:
    """One line of progress."""
    remarks.print(escape(message), style="dim")


def show_json(document: object) -> None:
    """The result of `--json`: one document on stdout."""
    sys.stdout.write(json.dumps(document, indent=2) + "\n")


def show_json_line(document: object) -> None:
    """One document of many, each on a line of its own (JSON Lines), there as soon as it is known."""
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


def show_columns(rows: Sequence[Sequence[str]], styles: Mapping[int, str] = MappingProxyType({})) -> None:
    """Rows with aligned columns, whatever the terminal's width; `styles` colours rows by their index."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for index, row in enumerate(rows):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        results.print(escape(line.rstrip()), style=styles.get(index))


@contextmanager
def bar(done_to_them: str) -> Generator[Callable[[int, int], None]]:
    """A bar on stderr, if that is a terminal, moved by how many are done and of how many."""
    columns = (TextColumn(done_to_them), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=remarks, transient=True, disable=not remarks.is_terminal) as progress:
        task = progress.add_task("", total=None)

        def watch(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield watch


@contextmanager
def told_in_one_sentence() -> Generator[None, None, None]:
    """What the stack refuses becomes one sentence, a failed part's last lines below it, and the exit status."""
    try:
        yield
    except StackError as error:
        remarks.print(escape(str(error)), style="red")
        if isinstance(error, PartFailed):
            for line in error.log_lines:
                remarks.print(f"  {escape(line)}", style="dim")
        raise typer.Exit(error.exit_status) from error
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
