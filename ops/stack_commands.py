"""`eventflow up`, `down`, `reset`, `status`, `logs`, `doctor`, `migrate` and `serve`: the stack itself."""

import os
import sys
from typing import Annotated, Literal

import typer
from rich.markup import escape

from ops.output import results, say, show_columns, show_json, show_json_line, told_in_one_sentence
from ops.stack import doctor as examination
from ops.stack import logs as log_files
from ops.stack import ports, services, status
from ops.stack.errors import StackError
from ops.stack.home import CLONE, Home
from ops.stack.lifecycle import Stack
from ops.stack.site import FRONTEND, GATEWAY, SERVED, SERVICES, SOCKET, Site, package_of
from shared.messaging.users import OPERATOR

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Service = Literal["order", "payment", "inventory"]


def up(*, as_json: Json = False) -> None:
    """Start every part and wait until all are ready; restart only what has changed."""
    with told_in_one_sentence():
        try:
            Stack(Home.at(), services=(*SERVED, FRONTEND), say=say).up()
        except KeyboardInterrupt:
            say("Interrupted: what was started keeps running; make up goes on from here, make down stops it.")
            raise
        found = status.look(Home.at())
    if as_json:
        show_json(status.as_json(found, secrets=False))
    elif found.site:
        _show_addresses(found, found.site)
        results.print("\nPlace an order: ./eventflow order place --item KIT-MUG-01=2 --wait")


def down(*, as_json: Json = False) -> None:
    """Stop every part and keep the data."""
    with told_in_one_sentence():
        stopped = Stack(Home.at(), say=say).down()
    if as_json:
        show_json({"stopped": stopped})
    else:
        results.print("The stack is down; its data are kept." if stopped else "The stack was not up.")


def reset(*, as_json: Json = False) -> None:
    """Stop every part and drop all data."""
    with told_in_one_sentence():
        Stack(Home.at(), say=say).reset()
    if as_json:
        show_json({"reset": True})
    else:
        results.print("The stack is down and its data are gone.")


def show_status(
    *,
    as_json: Json = False,
    secrets: Annotated[
        bool, typer.Option("--secrets", help="Addresses with the logins that can only read.")
    ] = False,
) -> None:
    """Show every part and address; exit status 1 when a part is down."""
    with told_in_one_sentence():
        found = status.look(Home.at())
    if as_json:
        show_json(status.as_json(found, secrets=secrets))
    elif found.site is None:
        results.print("The stack was never up; run make up.")
    else:
        _show_parts(found)
        _show_addresses(found, found.site, secrets=secrets)
    raise typer.Exit(0 if found.all_ready else 1)


def logs(
    part: Annotated[str, typer.Argument(help="A part, as status names it, or a service.")],
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what is added.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="How many of the last lines.")] = 100,
    as_json: Annotated[
        bool, typer.Option("--json", help="JSON Lines: one document per line of the log.")
    ] = False,
) -> None:
    """Show the last lines that a part has written."""
    with told_in_one_sentence():
        files = log_files.files_of(Home.at(), part)
        for name, line in log_files.read(files, lines, follow=follow):
            if as_json:
                show_json_line({"part": name, "line": line})
            else:
                sys.stdout.write(f"{name}: {line}\n" if len(files) > 1 else f"{line}\n")
                sys.stdout.flush()


def doctor(*, as_json: Json = False) -> None:
    """Look for whatever could keep the stack from working; one sentence for each problem, with what to do."""
    with told_in_one_sentence():
        problems = examination.examine(Home.at())
    if as_json:
        show_json({"problems": problems})
    else:
        for problem in problems:
            results.print(f"- {escape(problem)}")
        if not problems:
            results.print("Everything is well.")
    raise typer.Exit(1 if problems else 0)


def migrate(
    service: Annotated[Service | None, typer.Argument(help="One service; else all.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Bring the databases up to date, as their owners."""
    chosen = (service,) if service else SERVICES
    with told_in_one_sentence():
        for name in chosen:
            services.migrate(Home.at(), name, _environment(name, "migrate"))
    if as_json:
        show_json({"migrated": list(chosen)})
    else:
        results.print(f"Migrated: {', '.join(chosen)}.")


def serve(
    service: Literal[Service, "gateway"],
    *,
    only: Annotated[
        Literal["api", "consumer", "relay"] | None, typer.Option(help="One part of the service alone.")
    ] = None,
) -> None:
    """Run a service in the foreground, on the stack's servers or those that the environment names."""
    if only and service == GATEWAY:
        raise typer.BadParameter("the gateway is one part")
    with told_in_one_sentence():
        environment = _environment(service, "serve")
    module = f"{package_of(service)}.main"
    command = [sys.executable, "-m", module, "serve", *(["--only", only] if only else [])]
    os.chdir(CLONE)
    os.execve(sys.executable, command, environment)


def _environment(service: str, purpose: Literal["serve", "migrate"]) -> dict[str, str]:
    """The stack's variables for a service; those that the operator has set win. Without a stack, the operator's."""
    home = Home.at()
    known = ports.load(home)
    if known is None:
        variable = f"{service.upper()}_{'OWNER_' if purpose == 'migrate' else ''}DATABASE_URL"
        if service == GATEWAY:
            variable = "RABBITMQ_URL"
        if variable not in os.environ:
            raise StackError(
                f"There is no stack to take addresses from; run make up, or set {variable} and the others."
            )
        return dict(os.environ)
    site = Site.of(home, known)
    ours = site.environment(service) if purpose == "serve" else site.migration_environment(service)
    return ours | {name: os.environ[name] for name in ours if name in os.environ}


def _show_parts(found: status.Status) -> None:
    rows = [("part", "state", "pid", "restarts", "")]
    rows += [
        (name, part.state, str(part.pid or "-"), str(part.restarts), part.reason or "")
        for name, part in found.parts.items()
    ]
    down = {row for row, part in enumerate(found.parts.values(), start=1) if part.state != status.READY}
    show_columns(rows, {0: "bold"} | dict.fromkeys(down, "red"))
    results.print()


def _show_addresses(found: status.Status, site: Site, *, secrets: bool = False) -> None:
    rows = [("storefront", site.service_url(FRONTEND))] if FRONTEND in found.parts else []
    rows += [(service, f"{site.service_url(service)}/docs") for service in SERVED]
    rows.append(("sockets", f"{site.service_url(SOCKET)} (Socket.IO, see docs/sockets.md)"))
    login = f"{site.management_url} (user {OPERATOR}; status --secrets shows its password)"
    rows.append(("RabbitMQ", site.management_login_url if secrets else login))
    for name in site.databases:
        url = site.database_url(name, "auditor") if secrets else site.public_database_url(name)
        rows.append((f"{name} database", url))
    show_columns(rows)
