"""`eventflow erase`: forget a customer."""

from typing import Annotated
from urllib.parse import quote

import typer
from rich.markup import escape

from ops.desks import Desk, address
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
    gone = done["unreadable"]
    when = "now" if done["erased_now"] else f"on {done['erased_at']}"
    if done["erased_at"] is None:
        results.print(escape(f"There was nothing to erase of {customer}."))
        return
    results.print(escape(f"The personal data of {customer} were erased {when}."))
    results.print(
        f"Unreadable in {gone['orders']} orders and their events: {gone['shipping_addresses']} shipping addresses"
        f" with e-mail, {gone['notes']} notes, {gone['internal_notes']} internal notes,"
        f" {gone['network_addresses']} network addresses."
    )
    if done["erased_now"]:
        results.print("Other processes of the service may show them for a minute yet.")
