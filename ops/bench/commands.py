"""`eventflow bench`: how fast the whole system is on this machine, and whether its books were right."""

from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.markup import escape

from ops.bench import scenarios
from ops.bench.generator import MOST_REQUESTS
from ops.bench.load import Watch
from ops.bench.report import Report
from ops.output import remarks, results, say, show_columns, show_json, told_in_one_sentence
from ops.stack.waiting import Say

HELP = """How fast the whole system is, on a stack of its own with empty databases.

The result is printed and kept in bench/<scenario>.json. Exit status 1 when the books were not right afterwards, or the audit accused somebody while orders flowed."""

app = typer.Typer(help=HELP, no_args_is_help=True)

FASTEST = 5_000
LONGEST = 3_600
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Seconds = Annotated[int, typer.Option(min=5, max=LONGEST, help="How long the measured load lasts.")]


@app.command()
def orders(
    *,
    rate: Annotated[int | None, typer.Option(min=1, max=FASTEST, help="So many orders per second.")] = None,
    highest: Annotated[
        bool, typer.Option("--max", help="Search the highest rate that is sustained; so without --rate.")
    ] = False,
    seconds: Seconds = 60,
    as_json: Json = False,
) -> None:
    """Orders per second, placed and confirmed; and what a bare pipeline does on the same servers."""
    if rate is not None and highest:
        raise typer.BadParameter("either --rate or --max")
    if rate is not None and rate * seconds > MOST_REQUESTS:
        raise typer.BadParameter(f"{rate * seconds} orders; {MOST_REQUESTS} are the most")
    _run(lambda tell, watch: scenarios.orders(rate, seconds, tell, watch), as_json=as_json)


@app.command()
def latency(*, seconds: Seconds = 60, as_json: Json = False) -> None:
    """How long an answer and an order take at 100 orders a second."""
    _run(lambda tell, watch: scenarios.latency(seconds, tell, watch), as_json=as_json)


@app.command()
def audit(
    *,
    seconds: Annotated[int, typer.Option(min=30, max=LONGEST, help="How long orders flow.")] = 60,
    as_json: Json = False,
) -> None:
    """Whether the audit raises a false alarm while it runs again and again beside 100 orders a second."""
    _run(lambda tell, watch: scenarios.audits(seconds, tell, watch), as_json=as_json)


def _run(measure: Callable[[Say, Watch], Report], *, as_json: bool) -> None:
    with told_in_one_sentence(), remarks.status("starting") as status:

        def watch(at: float) -> None:
            status.update(f"{at:.0f} s")

        report = measure(say, watch)
        path = report.write()
    document = report.document()
    if as_json:
        show_json(document)
    else:
        _show(document)
        results.print(f"\nAll of it: {escape(str(path))}")
    raise typer.Exit(0 if report.passed else 1)


def _show(document: dict[str, Any]) -> None:
    rows = [
        (name, _figure(document[name]))
        for name in (
            "offered_per_s",
            "accepted_per_s",
            "confirmed_per_s",
            "floor_per_s",
            "ratio",
            "sustained",
            "backlog_s",
            "post_ms",
            "post_to_confirmed_ms",
            "cpu_s_per_1000_orders",
            "floor_cpu_s_per_1000_orders",
            "peak_memory_mb",
            "cpu_of_others",
            "targets",
        )
        if document[name] not in (None, {})
    ]
    show_columns(rows)
    beside = document["audits_beside"]
    if beside:
        told = ", ".join(f"{count:,}" for count in beside["orders_looked_at"])
        results.print(
            f"{beside['audits']} audits beside the load looked at {told or 'no'} orders: {beside['false_alarms']} false alarms."
        )
    for finding in (*document["audit"]["findings"], *(beside["findings"] if beside else ())):
        results.print(escape(finding), style="red")
    results.print("The audit is clean." if document["audit"]["clean"] else "The audit has failed.")


def _figure(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_figure(one)}" for name, one in value.items())  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return str(value)
