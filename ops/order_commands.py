"""`eventflow order`: place an order and watch it, or look at one."""

import os
import re
import time
from typing import Annotated, Any

import typer
from rich.markup import escape

from ops.orders import FULFILLABLE, Order, OrderDesk, money, views
from ops.output import results, show_columns, show_json, told_in_one_sentence
from ops.stack import ports
from ops.stack.errors import StackError
from ops.stack.home import Home
from ops.stack.site import HOST

app = typer.Typer(help="Place an order and watch it, or look at one.", no_args_is_help=True)

PATIENCE = 120.0
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


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
        desk = OrderDesk(_order_url())
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
def show(
    order_id: Annotated[str, typer.Argument(help="The order's id (a UUID, not its number).")],
    *,
    as_json: Json = False,
) -> None:
    """Show an order with its history."""
    with told_in_one_sentence():
        desk = OrderDesk(_order_url())
        order, history = desk.show(order_id), desk.history(order_id)
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


def _line(text: str) -> dict[str, object]:
    matched = re.fullmatch(r"([^=]+)=(\d+)", text)
    if not matched:
        raise typer.BadParameter(f"{text!r} is not SKU=QUANTITY", param_hint="--item")
    return {"sku": matched[1], "quantity": int(matched[2])}


def _order_url() -> str:
    """Where this home's order service is; without a stack of ours, where ORDER_PORT says, and nowhere else.

    The usual port may be another clone's, and an order placed there is a real one.
    """
    known = ports.load(Home.at()) or {}
    port = os.environ.get("ORDER_PORT") or known.get("order")
    if port is None:
        raise StackError("The stack was never up, so there is no order service to ask; run make up.")
    return f"http://{HOST}:{port}"


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
