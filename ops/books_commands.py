"""`eventflow audit`, `reconcile`, `rebuild` and `replay`: the books proved, compared, mended and told again."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from ops.audit.audit import GRACE, audit
from ops.audit.report import lines
from ops.audit.snapshots import Unreachable
from ops.output import remarks, results, show_json, told_in_one_sentence
from ops.stack import ports
from ops.stack.home import Home
from ops.stack.site import Site

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def prove(
    *,
    grace: Annotated[
        float, typer.Option(min=0, help="Seconds after which a suspect is looked at again.")
    ] = GRACE.total_seconds(),
    as_json: Json = False,
) -> None:
    """Prove the books across all services, read-only; exit status 1 and each offender when they are wrong."""
    with told_in_one_sentence(), _progress() as progress:
        home = Home.at()
        report = asyncio.run(audit(_site(home), grace=timedelta(seconds=grace), watch=progress.watch))
        report.keep(home)
    document = report.document()
    if as_json:
        show_json(document)
    else:
        for line, style in lines(document):
            results.print(escape(line), style=style or None)
    raise typer.Exit(0 if report.clean else 1)


class _Counts:
    """What was read so far, on stderr."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def watch(self, what: str, count: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=None)
        self._progress.advance(self._tasks[what], count)


@contextmanager
def _progress() -> Generator[_Counts]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=remarks, transient=True) as progress:
        yield _Counts(progress)


def _site(home: Home) -> Site:
    """The stack whose books these are. Raises Unreachable when it was never up."""
    known = ports.load(home)
    if known is None:
        raise Unreachable("The stack was never up, so there are no books; run make up.")
    return Site.of(home, known)
