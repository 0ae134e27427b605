"""`eventflow events`: what happens, while it happens."""

import asyncio
import os
import sys
from collections.abc import Collection
from contextlib import aclosing, suppress
from typing import Annotated

import typer
from rich.markup import escape

from ops.desks import Json, address, bearer_token
from ops.orders import ORDER_ID, OrderDesk
from ops.output import remarks, results, show_json_line, told_in_one_sentence
from ops.stack.site import SOCKET
from ops.story.following import Cut, Happened, News, Resumed, Resync, follow
from ops.story.meaning import public_words
from ops.story_commands import known_form

app = typer.Typer(help="What happens, while it happens.", no_args_is_help=True)


@app.callback()
def events() -> None:
    """What happens, while it happens."""


@app.command()
def tail(
    *,
    order: Annotated[
        str | None, typer.Option(help="Only of this order, by id or number.", callback=known_form)
    ] = None,
    type: Annotated[
        list[str] | None, typer.Option(help="Only of this type, such as order.confirmed; repeatable.")
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help='JSON Lines: one CloudEvent per line; {"resync": ...} where some are missing.'
        ),
    ] = False,
) -> None:
    """Follow every published event until Ctrl+C, through restarts of the gateway.

    What happens while the connection is cut is told when it is back. Where the gateway cannot tell what happened
    meanwhile, `resync` says that events are missing.
    """
    try:
        with told_in_one_sentence():
            wanted = {"topic": "dashboard"} if order is None else {"order_id": _order_id(order)}
            with suppress(KeyboardInterrupt):
                asyncio.run(_tell(address(SOCKET), wanted, frozenset(type or ()), as_json=as_json))
    except BrokenPipeError:
        # Whoever read it has seen enough, as in `events tail | head`; nothing is left to be flushed there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


async def _tell(url: str, wanted: dict[str, str], types: Collection[str], *, as_json: bool) -> None:
    async with aclosing(follow(url, wanted, lambda: bearer_token("ops"))) as news:
        async for one in news:
            _show(one, types, as_json=as_json)


def _show(news: News, types: Collection[str], *, as_json: bool) -> None:
    match news:
        case Happened(event=event):
            if not types or event["type"] in types:
                if as_json:
                    show_json_line(event)
                else:
                    results.print(escape(_in_words(event)))
        case Resync(reason):
            if as_json:
                show_json_line({"resync": reason})
            remarks.print(f"resync: events are missing here ({escape(reason)})", style="red")
        case Cut():
            remarks.print("The connection to the gateway is cut; trying again.", style="yellow")
        case Resumed():
            remarks.print("Connected again; what happened meanwhile follows.", style="dim")


def _in_words(event: Json) -> str:
    time = event["time"][11:23]
    return f"{time} {event['type']:<28} {event['subject']} {public_words(event['data'])}".rstrip()


def _order_id(reference: str) -> str:
    if ORDER_ID.fullmatch(reference):
        return reference.lower()
    return OrderDesk(address("order")).find(reference)["id"]
