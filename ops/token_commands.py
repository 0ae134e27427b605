"""`eventflow token`: a token of the local issuer, for curl and for trying things out."""

from typing import Annotated

import typer

from ops.desks import issuer_address
from ops.output import results, show_json, told_in_one_sentence
from ops.stack.tokens import LIFETIME, ask_for_token
from shared.identity.callers import Role


def token(
    *,
    role: Annotated[Role, typer.Option(help="What its bearer may do.")],
    subject: Annotated[str, typer.Option(help="Who its bearer is; for a customer the customer's id.")],
    expires: Annotated[
        int, typer.Option(min=1, max=86_400, help="How many seconds it is good for.")
    ] = LIFETIME,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Print a token that the stack's own issuer gives."""
    with told_in_one_sentence():
        given = ask_for_token(issuer_address(), role, subject, expires)
    if as_json:
        show_json(given)
    else:
        results.print(given["access_token"])
