"""`eventflow order timeline`: what happened to one order, and why."""

from typing import Annotated

import typer
from rich.markup import escape

from ops.desks import address
from ops.orders import NUMBER, ORDER_ID, OrderDesk, money, views
from ops.output import remarks, results, show_json, told_in_one_sentence
from ops.stack.errors import StackError
from ops.story.archive import Archive, Story
from ops.story.timeline import LEGEND, document, lines, rows

app = typer.Typer()


def _known_form(text: str) -> str:
    if not (ORDER_ID.fullmatch(text) or NUMBER.fullmatch(text)):
        raise typer.BadParameter(f"{text!r} is neither an order's id nor a number such as EF-7K3Q9M")
    return text


Reference = Annotated[
    str, typer.Argument(metavar="ORDER", help="Its id, or its number (EF-...).", callback=_known_form)
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


@app.command()
def timeline(reference: Reference, *, as_json: Json = False) -> None:
    """Draw what happened to an order across the services, each event under its cause.

    Exit status 1 when a service could not be asked: a part of the story is missing then.
    """
    with told_in_one_sentence():
        story = _story_of(reference)
    if as_json:
        show_json(document(story))
    else:
        _show_heading(story)
        for line, style in lines(rows(story), results.width):
            results.print(escape(line), style=style)
        results.print(f"\n{LEGEND}", style="dim")
        for sentence in story.missing.values():
            remarks.print(escape(f"A part of the story is missing. {sentence}"), style="red")
    raise typer.Exit(1 if story.missing else 0)


def _story_of(reference: str) -> Story:
    """An id is looked up in every service, so that one that is down hides its own part alone."""
    archive = Archive()
    order_id = reference.lower()
    if not ORDER_ID.fullmatch(reference):
        order_id = OrderDesk(address("order")).find(reference)["id"]
    story = archive.story(order_id)
    if not story.events:
        raise StackError(" ".join([f"Nobody has heard of the order {order_id}.", *story.missing.values()]))
    return story


def _show_heading(story: Story) -> None:
    if story.order is None:
        results.print(f"Order {story.order_id}\n")
        return
    order = story.order
    status, payment, stock = views(order)
    total = money(order["total"], order["currency"])
    results.print(f"Order {order['number']} ({order['id']}) over {total}")
    results.print(f"{status}, payment {payment}, stock {stock}\n")
