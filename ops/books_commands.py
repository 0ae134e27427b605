"""`eventflow audit`, `reconcile`, `rebuild` and `replay`: the books proved, compared, mended and told again."""

import asyncio
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.markup import escape
from rich.progress import (
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from ops.audit.audit import GRACE, audit
from ops.audit.report import lines
from ops.audit.snapshots import Unreachable
from ops.histories import HISTORIES
from ops.output import bar, remarks, results, show_json, told_in_one_sentence
from ops.rebuild import check, rebuild
from ops.reconcile import Reconciliation, reconcile
from ops.replay import replay
from ops.stack import ports
from ops.stack.errors import StackError
from ops.stack.home import Home
from ops.stack.site import Site

Service = Literal["order", "payment", "inventory"]
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
        site = _site(Home.at())
        report = asyncio.run(audit(site, grace=timedelta(seconds=grace), watch=progress.watch))
        report.keep(site)
    document = report.document()
    if as_json:
        show_json(document)
    else:
        for line, style in lines(document):
            results.print(escape(line), style=style or None)
    raise typer.Exit(0 if report.clean else 1)


def compare_day(
    *,
    day: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The UTC day, as in 2026-07-01.")],
    into: Annotated[Path | None, typer.Option(help="A directory: one CSV file per currency.")] = None,
    grace: Annotated[
        float, typer.Option(min=0, help="Seconds after which a difference is looked at again.")
    ] = GRACE.total_seconds(),
    as_json: Json = False,
) -> None:
    """Compare one day's payments with the provider's ledger, CSV per currency; exit status 1 when they differ."""
    with told_in_one_sentence():
        found = asyncio.run(reconcile(_site(Home.at()), day.date(), grace=timedelta(seconds=grace)))
        written = _write(found, into) if into else {}
    if as_json:
        show_json(found.document())
    elif into:
        for currency, file in written.items():
            results.print(f"{currency}: {escape(str(file))}")
    else:
        sys.stdout.write("\n".join(found.csv(currency) for currency in found.currencies))
    raise typer.Exit(1 if found.differences else 0)


def make_again(
    service: Annotated[str, typer.Argument(help="The service whose rows are made again.")],
    *,
    check_only: Annotated[bool, typer.Option("--check", help="Compare, and change nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Mend state rows and projections from their events, on a live service; exit status 1 when some still differ.

    All but the marks by which orders are found by e-mail: no event tells them (docs/erasure.md).
    """
    if service not in HISTORIES:
        raise typer.BadParameter(f"one of {', '.join(HISTORIES)}", param_hint="SERVICE")
    with told_in_one_sentence(), _progress() as progress:
        work = check if check_only else rebuild
        done = asyncio.run(work(_site(Home.at()), service, progress.watch))
    if as_json:
        show_json(done.document())
    else:
        for difference in done.differences:
            results.print(f"{escape(difference.subject)}: {escape(difference.problem)}", style="red")
        mended = len(done.differences) - len(done.left)
        results.print(
            f"{done.rows} rows of {service} against {done.events} events: "
            f"{len(done.differences)} differences, {mended} mended, {len(done.left)} left."
        )
    raise typer.Exit(1 if done.left else 0)


def tell_again(
    source: Annotated[Service, typer.Argument(help="The service whose stored events are told again.")],
    *,
    to: Annotated[str, typer.Option("--to", metavar="QUEUE", help="The one queue that gets them.")],
    type_: Annotated[
        str | None, typer.Option("--type", help="One public type, as in inventory.updated.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="TIME", help="Events from then on, as in 2026-07-01T12:00:00Z."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Publish a service's stored events again to exactly one queue: fills an emptied copy or a new service."""
    began = _moment(since)
    with told_in_one_sentence(), bar("told again") as watch:
        done = asyncio.run(replay(_site(Home.at()), source, to, type_=type_, since=began, watch=watch))
    if as_json:
        show_json({"source": source, "queue": to, "types": list(done.types), "events": done.events})
    else:
        results.print(f"{done.events} events of {source} told again to {to} ({', '.join(done.types)}).")


def _write(found: Reconciliation, into: Path) -> dict[str, Path]:
    written: dict[str, Path] = {}
    try:
        into.mkdir(parents=True, exist_ok=True)
        for currency in found.currencies:
            file = into / f"reconciliation-{found.day.isoformat()}-{currency}.csv"
            file.write_text(found.csv(currency))
            written[currency] = file
    except OSError as refusal:
        raise Unwritable(f"{refusal.filename} cannot be written: {refusal.strerror}.") from refusal
    return written


def _moment(text: str | None) -> datetime | None:
    """A time without a zone is UTC."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is not a time such as 2026-07-01T12:00:00Z", param_hint="--from"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Unwritable(StackError):
    """A file cannot be written where it should be."""

    exit_status = 2


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
    with Progress(*columns, console=remarks, transient=True, disable=not remarks.is_terminal) as progress:
        yield _Counts(progress)


def _site(home: Home) -> Site:
    """The stack whose books these are. Raises Unreachable when it was never up."""
    known = ports.load(home)
    if known is None:
        raise Unreachable("The stack was never up, so there are no books; run make up.")
    return Site.of(home, known)
