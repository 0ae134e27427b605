"""`eventflow`: every command by name. Its module is loaded when it is run: `--help` waits for none of them."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from shared.wording import plain

HELP = """EventFlow's command line; run it as ./eventflow in the clone.

Exit status 0: fine, 1: found something, 2: usage or a prerequisite."""

# Where each is, a function or a group of commands, and the first sentence of what it says about itself.
COMMANDS: Mapping[str, tuple[str, str]] = {
    "up": (
        "ops.stack_commands:up",
        "Start every part and wait until all are ready; restart only what has changed.",
    ),
    "down": ("ops.stack_commands:down", "Stop every part and keep the data."),
    "reset": ("ops.stack_commands:reset", "Stop every part and drop all data."),
    "status": (
        "ops.stack_commands:show_status",
        "Show every part and address; exit status 1 when a part is down.",
    ),
    "logs": ("ops.stack_commands:logs", "Show the last lines that a part has written."),
    "doctor": (
        "ops.stack_commands:doctor",
        "Look for whatever could keep the stack from working; one sentence for each problem, with what to do.",
    ),
    "token": ("ops.token_commands:token", "Print a token that the stack's own issuer gives."),
    "demo": (
        "ops.demo:demo",
        "Place orders that succeed, fail, are cancelled and are delivered; tell each one's story as it happens.",
    ),
    "migrate": ("ops.stack_commands:migrate", "Bring the databases up to date, as their owners."),
    "serve": (
        "ops.stack_commands:serve",
        "Run a service in the foreground, on the stack's servers or those that the environment names.",
    ),
    "order": ("ops.order_commands:app", "Place an order, look at one, hear its story, or cancel it."),
    "events": ("ops.event_commands:app", "What happens, while it happens."),
    "dlq": (
        "ops.dlq_commands:app",
        "Dead letters: what could not be handled, looked at, handled again, or discarded by name.",
    ),
    "replay": (
        "ops.books_commands:tell_again",
        "Publish a service's stored events again to exactly one queue: fills an emptied copy or a new service.",
    ),
    "rebuild": (
        "ops.books_commands:make_again",
        "Mend state rows and projections from their events, on a live service; exit status 1 when some still differ.",
    ),
    "audit": (
        "ops.books_commands:prove",
        "Prove the books across all services, read-only; exit status 1 and each offender when they are wrong.",
    ),
    "reconcile": (
        "ops.books_commands:compare_day",
        "Compare one day's payments with the provider's ledger, CSV per currency; exit status 1 when they differ.",
    ),
    "erase": (
        "ops.erase_command:erase",
        "Destroy the key of a customer's personal data, so that nobody can read them ever again; twice is harmless.",
    ),
    "bench": (
        "ops.bench.commands:app",
        "How fast the whole system is, on a stack of its own with empty databases.",
    ),
}


class _LoadedWhenRun(TyperGroup):
    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, _, rest = super().resolve_command(ctx, args)
        return name, load(name) if name else None, rest

    def invoke(self, ctx: Any) -> Any:
        """What is wrong with an argument of any command is told from here on."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = plain(error.message)
            raise


def load(name: str) -> Any:
    """The command or group itself."""
    module, _, attribute = COMMANDS[name][0].partition(":")
    found = getattr(import_module(module), attribute)
    if isinstance(found, typer.Typer):
        return get_group(found)
    alone = typer.Typer(add_completion=False)
    alone.command(name)(found)
    return get_command(alone)


def _only_named() -> None:
    """Stands for a command that is not loaded."""


app = typer.Typer(
    cls=_LoadedWhenRun,
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _name, (_, _sentence) in COMMANDS.items():
    app.command(_name, help=_sentence)(_only_named)
