"""`eventflow order`: place an order and watch it, look at one, or cancel it."""

import re
import time
from typing import Annotated, Any, Literal

import typer
from rich.markup import escape

from ops import story_commands
from ops.desks import address
from ops.orders import FULFILLABLE, Order, OrderDesk, money, views
from ops.output import results, show_columns, show_json, told_in_one_sentence
from ops.story_commands import Json, Reference

app = typer.Typer(help="Place an order, look at one, hear its story, or cancel it.", no_args_is_help=True)

PATIENCE = 120.0


@app.command()
def place(
    *,
    item: Annotated[list[str], typer.Option(help="SKU=QUANTITY; give it once per line.")],
    currency: Annotated[str, typer.Option(help="ISO 4217 code.")] = "USD",
    payment_method: Annotated[str, typer.Option(help="Such as pm_card_chargeDeclined.")] = "pm_card_visa",
    customer: Annotated[str, typer.Option(help="The customer's id.")] = "demo-customer",
    wait: Annotated[bool, typer.Option("--wait", help="Follow it until it has ended.")] = False,
    as_json: Json = False,
) -> None:
    """Place an order. With --wait, exit status 1 unless it is confirmed."""
    request: dict[str, object] = {
        "items": [_line(text) for text in item],
        "currency": currency,
        "payment_method": payment_method,
        "customer_id": customer,
    }
    with told_in_one_sentence():
        desk = OrderDesk(address("order"))
        began = time.monotonic()
        order = desk.place(request)
        if not as_json:
            total = money(order["total"], order["currency"])
            results.print(f"Order {order['number']} ({order['id']}) over {total}")
            _show_change(order, began)
        if wait:
            accepted = views(order)
            for change in desk.follow(order["id"], PATIENCE):
                order = change
                if not as_json and views(order) != accepted:
                    _show_change(order, began)
    if as_json:
        show_json(order)
    if wait and order["status"] not in FULFILLABLE:
        raise typer.Exit(1)


@app.command()
def show(reference: Reference, *, as_json: Json = False) -> None:
    """Show an order with its history."""
    with told_in_one_sentence():
        desk = OrderDesk(address("order"))
        order = desk.find(reference)
        history = desk.history(order["id"])
    if as_json:
        show_json({"order": order, "events": history})
        return
    status, payment, stock = views(order)
    results.print(f"Order {order['number']} ({order['id']}) of {escape(order['customer_id'])}")
    results.print(f"{status}, payment {payment}, stock {stock}{_reason(order)}")
    results.print()
    show_columns(_lines(order), {0: "bold"})
    results.print()
    show_columns(_history(history), {0: "bold"})


@app.command()
def cancel(
    reference: Reference,
    *,
    reason: Annotated[
        Literal["customer_request", "staff_request"], typer.Option(help="On whose wish.")
    ] = "staff_request",
    as_json: Json = False,
) -> None:
    """Cancel an order that has not shipped; what was reserved and paid for it goes back."""
    with told_in_one_sentence():
        desk = OrderDesk(address("order"))
        order = desk.cancel(desk.find(reference)["id"], reason)
    if as_json:
        show_json(order)
        return
    status, payment, stock = views(order)
    results.print(f"Order {order['number']} ({order['id']}) is {status}, payment {payment}, stock {stock}.")
    results.print(f"How it all goes back: ./eventflow order timeline {order['number']}")


# Its story beside it: `order timeline` and `order explain`.
app.add_typer(story_commands.app)


def _line(text: str) -> dict[str, object]:
    matched = re.fullmatch(r"([^=]+)=(\d+)", text)
    if not matched:
        raise typer.BadParameter(f"{text!r} is not SKU=QUANTITY", param_hint="--item")
    return {"sku": matched[1], "quantity": int(matched[2])}


def _show_change(order: Order, began: float) -> None:
    status, payment, stock = views(order)
    elapsed = time.monotonic() - began
    results.print(
        f"{elapsed:7.3f} s  {status:<10} payment {payment:<10} stock {stock:<10}{_reason(order)}".rstrip()
    )


def _reason(order: Order) -> str:
    return f" ({escape(str(order['reason']))})" if order.get("reason") else ""


def _lines(order: Order) -> list[tuple[str, ...]]:
    currency = order["currency"]
    rows = [("sku", "name", "quantity", "unit price", "line total")]
    rows += [
        (
            line["sku"],
            line["name"],
            str(line["quantity"]),
            money(line["unit_price"], currency),
            money(line["line_total"], currency),
        )
        for line in order["items"]
    ]
    return [*rows, ("", "", "", "total", money(order["total"], currency))]


def _history(history: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    rows = [("version", "time", "event", "by", "published")]
    rows += [
        (
            str(event["version"]),
            event["time"],
            event["type"],
            str(event["actor"]["subject"]),
            "yes" if event["published"] else "no",
        )
        for event in history
    ]
    return list(rows)
