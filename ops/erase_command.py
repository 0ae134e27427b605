"""`eventflow erase`: forget a customer."""

from typing import Annotated
from urllib.parse import quote

import typer
from rich.markup import escape

from ops.desks import Desk, address
from ops.desks import Json as Document
from ops.output import results, show_json, told_in_one_sentence
from ops.story_commands import Json


def erase(
    customer: Annotated[str, typer.Argument(help="The customer's id.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether this is meant.")] = False,
    as_json: Json = False,
) -> None:
    """Destroy the key of a customer's personal data, so that nobody can read them ever again; twice is harmless.

    Orders and their history stay, without addresses, e-mail and notes. What backups need for it: docs/erasure.md.
    """
    if not yes:
        typer.confirm(f"Erase the personal data of {customer} for good?", abort=True, err=True)
    with told_in_one_sentence():
        desk = Desk("order", address("order"))
        done = desk.ask("DELETE", f"/customers/{quote(customer, safe='')}/personal-data")
    if as_json:
        show_json(done)
        return
    for line in erasure_lines(done):
        results.print(escape(line))


def erasure_lines(done: Document) -> list[str]:
    """What the service answered, for people."""
    customer, gone = done["customer_id"], done["unreadable"]
    if done["erased_at"] is None:
        return [f"There was nothing to erase of {customer}."]
    when = "now" if done["erased_now"] else f"before, at {done['erased_at']}"
    lines = [
        f"The personal data of {customer} were erased {when}.",
        f"Unreadable in the events of orders ({gone['orders']}): shipping addresses with e-mail"
        f" ({gone['shipping_addresses']}), notes ({gone['notes']}), internal notes ({gone['internal_notes']}),"
        f" network addresses ({gone['network_addresses']}).",
    ]
    if done["erased_now"]:
        lines.append("Other processes of the service may show them for a minute yet.")
    return lines
