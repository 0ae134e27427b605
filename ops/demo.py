"""`eventflow demo`: orders that end in every way there is, each told as it happens."""

import time
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.markup import escape

from ops.desks import Desk, address
from ops.orders import OrderDesk
from ops.output import results, show_columns, show_json, told_in_one_sentence
from ops.stack import ports
from ops.stack.added import OWN
from ops.stack.home import Home
from ops.stack.site import GATEWAY, HOST
from ops.story.archive import Archive
from ops.story.live import COLUMNS
from ops.story.playing import Played, Stage
from ops.story.scenarios import SCENARIOS
from ops.story.shelf import Shelf
from ops.story.timeline import LEGEND, Row
from shared.messaging.users import OPERATOR

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def demo(*, as_json: Json = False) -> None:
    """Place orders that succeed, fail, are cancelled and are delivered; tell each one's story as it happens.

    Exit status 1 when one did not end as announced.
    """
    began = time.monotonic()
    with told_in_one_sentence():
        played = _play_all(quiet=as_json)
    as_announced = all(one.as_announced for one in played)
    if as_json:
        show_json({"as_announced": as_announced, "sagas": [one.document() for one in played]})
    else:
        _show_summary(played, time.monotonic() - began)
    raise typer.Exit(0 if as_announced else 1)


def _play_all(*, quiet: bool) -> list[Played]:
    """All scenarios, one after another."""
    addresses = {service: address(service) for service in OWN}
    for service in OWN:
        Desk(service, addresses[service]).ask("GET", "/health/ready")
    shelf = Shelf(addresses["inventory"])
    shelf.stock()
    stage = Stage(OrderDesk(addresses["order"]), Archive(addresses), shelf, _tell_nobody if quiet else _tell)
    played: list[Played] = []
    for place, scenario in enumerate(SCENARIOS, start=1):
        order = stage.place(scenario)
        if not quiet:
            results.print(f"\n{place}. {scenario.title}: order {order['number']}", style="bold")
        played.append(stage.play(scenario, order))
    return played


def _tell(rows: Sequence[Row]) -> None:
    for row in rows:
        for text in COLUMNS.texts(row, results.width):
            results.print(escape(text), style=row.style)


def _tell_nobody(_: Sequence[Row]) -> None:
    """For `--json`: stdout is the document's alone."""


def _show_summary(played: Sequence[Played], seconds: float) -> None:
    results.print(f"\n{LEGEND}\n", style="dim")
    table = [("", "order", "ended as", "payment", "stock", "took", "")]
    for place, one in enumerate(played, start=1):
        order = one.situation.story.order or {}
        verdict = "as announced" if one.as_announced else one.hitch or "NOT as announced"
        table.append((f"{place}.", order.get("number", "-"), *one.statuses, f"{one.seconds:.2f} s", verdict))
    amiss = [place for place, one in enumerate(played, start=1) if not one.as_announced]
    show_columns(table, {0: "bold"} | dict.fromkeys(amiss, "red"))
    kept = len(played) - len(amiss)
    results.print(f"\n{kept} of {len(played)} orders ended as announced, in {seconds:.0f} s. Look at them:\n")
    number = (played[-1].situation.story.order or {}).get("number", "EF-...")
    show_columns([("a story again", f"./eventflow order timeline {number}"), *_addresses()])


def _addresses() -> list[tuple[str, str]]:
    """Of this home's stack; none when the services run elsewhere."""
    known = ports.load(Home.at()) or {}
    rows = [(name, f"http://{HOST}:{known[name]}/docs") for name in (*OWN, GATEWAY) if name in known]
    if "rabbitmq_management" in known:
        rows.append(("RabbitMQ", f"http://{HOST}:{known['rabbitmq_management']} (user {OPERATOR})"))
    return rows
