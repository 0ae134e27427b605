"""`eventflow order timeline` and `explain`: what happened to one order and why, and what it waits for."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.markup import escape

from ops.desks import address
from ops.orders import NUMBER, ORDER_ID, OrderDesk, money, views
from ops.output import remarks, results, show_json, told_in_one_sentence
from ops.stack.errors import StackError
from ops.stack.home import Home
from ops.story.archive import Archive, Story
from ops.story.explanation import Explanation, Sentence, contradicts_itself
from ops.story.explanation import explain as explanation_of
from ops.story.situation import Situation
from ops.story.surroundings import look_around
from ops.story.timeline import LEGEND, document, is_marked, lines, rows

app = typer.Typer()


def known_form(text: str | None) -> str | None:
    """Refuses what names no order, before anybody is asked for it."""
    if text is not None and not (ORDER_ID.fullmatch(text) or NUMBER.fullmatch(text)):
        raise typer.BadParameter(f"{text!r} is neither an order's id nor a number such as EF-7K3Q9M")
    return text


Reference = Annotated[
    str, typer.Argument(metavar="ORDER", help="Its id, or its number (EF-...).", callback=known_form)
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


@app.command()
def timeline(reference: Reference, *, as_json: Json = False) -> None:
    """Draw what happened to an order across the services, each event under its cause.

    Exit status 1 when a service could not be asked: a part of the story is missing then.
    """
    with told_in_one_sentence():
        story = _story_of(reference)
        if not story.events:
            raise StackError(" ".join(story.missing.values()))
    if as_json:
        show_json(document(story))
    else:
        _show_heading(story)
        told = rows(story)
        for line, style in lines(told, results.width):
            results.print(escape(line), style=style)
        if is_marked(told):
            results.print(f"\n{LEGEND}", style="dim")
        for sentence in story.missing.values():
            remarks.print(escape(f"A part of the story is missing. {sentence}"), style="red")
    raise typer.Exit(1 if story.missing else 0)


@app.command()
def explain(reference: Reference, *, as_json: Json = False) -> None:
    """Say what an order waits for, since when, what ends the wait, and what to run.

    Exit status 1 when something stands in its way.
    """
    with told_in_one_sentence():
        story = _story_of(reference)
        around = look_around(Home.at(), story.order_id)
        situation = Situation(story, around, datetime.now(UTC))
        if contradicts_itself(situation):
            # It may have gone on while the services were asked one by one.
            situation = Situation(Archive().story(story.order_id), around, datetime.now(UTC))
        found = explanation_of(situation)
    if as_json:
        show_json(_explanation_document(situation, found))
    else:
        _show_heading(situation.story)
        _show_explanation(found)
        for sentence in around.unread:
            remarks.print(escape(sentence), style="yellow")
    raise typer.Exit(1 if found.obstacles else 0)


def _show_explanation(found: Explanation) -> None:
    for sentence in (*((found.ended,) if found.ended else ()), *found.waits_for):
        _show_sentence("Waits for " + sentence.text, sentence, "bold")
    for sentence in found.obstacles:
        _show_sentence("In the way: " + sentence.text, sentence, "red")


def _show_sentence(text: str, sentence: Sentence, style: str) -> None:
    results.print(escape(text), style=style)
    if sentence.ends:
        results.print(f"  ends: {escape(sentence.ends)}")
    for command in sentence.run:
        results.print(f"  run:  {escape(command)}")


def _explanation_document(situation: Situation, found: Explanation) -> dict[str, Any]:
    order = situation.story.order or {}
    return {
        "order_id": situation.story.order_id,
        "number": order.get("number"),
        "status": order.get("status"),
        "ended": _sentence(found.ended) if found.ended else None,
        "waits_for": [_sentence(wait) for wait in found.waits_for],
        "obstacles": [_sentence(obstacle) for obstacle in found.obstacles],
        "unread": list(situation.around.unread),
    }


def _sentence(told: Sentence) -> dict[str, Any]:
    return asdict(told) | {"since": told.since.isoformat() if told.since else None}


def _story_of(reference: str) -> Story:
    """An id is looked up in every service, so that one that is down hides its own part alone."""
    archive = Archive()
    order_id = reference.lower()
    if not ORDER_ID.fullmatch(reference):
        order_id = OrderDesk(address("order")).find(reference)["id"]
    story = archive.story(order_id)
    if story.order is None and "order" not in story.missing:
        raise StackError(f"There is no order {order_id}.")
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
