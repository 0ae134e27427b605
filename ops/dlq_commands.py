"""`eventflow dlq`: what could not be handled, looked at, handled again, or discarded by name."""

from typing import Annotated, Literal
from uuid import UUID

import typer
from rich.markup import escape

from ops.desks import Json as Document
from ops.letter_views import (
    CLOSED_WELL,
    ENDED_WELL,
    NAMED_AT_MOST,
    discard_lines,
    ending_lines,
    group_rows,
    letter_lines,
    letter_rows,
    rehearsal_lines,
)
from ops.letters import REHEARSAL, REPLAY, Choice, LetterDesks, discard_for
from ops.output import bar, remarks, results, show_columns, show_json, told_in_one_sentence
from ops.stack.site import SERVICES

HELP = "Dead letters: what could not be handled, looked at, handled again, or discarded by name."

app = typer.Typer(help=HELP, no_args_is_help=True)


def _letter_id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a letter's id") from error


def _known_service(name: str | None) -> str | None:
    if name is not None and name not in SERVICES:
        raise typer.BadParameter(f"there is no service {name}; there are {', '.join(SERVICES)}")
    return name


Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Service = Annotated[
    str | None, typer.Option(help="Only of this service.", metavar="SERVICE", callback=_known_service)
]
Type = Annotated[
    str | None, typer.Option("--type", help="Only of this event type, as in order.created.", metavar="TYPE")
]
Group = Annotated[str | None, typer.Option(help="Only of this group of errors, as dlq list names it.")]
Ids = Annotated[list[str] | None, typer.Argument(metavar="LETTER", parser=_letter_id)]
All = Annotated[bool, typer.Option("--all", help="Every open letter that the other options let through.")]


@app.command("list")
def list_letters(
    *,
    service: Service = None,
    type_: Type = None,
    group: Group = None,
    status: Annotated[Literal["OPEN", "REPLAYED", "DISCARDED"], typer.Option()] = "OPEN",
    each: Annotated[bool, typer.Option("--each", help="One by one, not by kind of error.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many, with --each.")] = 50,
    as_json: Json = False,
) -> None:
    """List dead letters by the kind of their error; exit status 1 when there are open ones."""
    choice = _choice(service, type_, group, status)
    with told_in_one_sentence():
        desks = LetterDesks()
        found = desks.newest(choice, limit) if each else desks.groups(choice)
    if as_json:
        show_json({"letters" if each else "groups": found, "silent": list(desks.silent)})
    elif found:
        show_columns(letter_rows(found) if each else group_rows(found), {0: "bold"})
    else:
        results.print("There are none.")
    raise typer.Exit(1 if _told_of_silent(desks) or (found and status == "OPEN") else 0)


@app.command()
def show(
    letter: Annotated[str, typer.Argument(metavar="LETTER", parser=_letter_id)], *, as_json: Json = False
) -> None:
    """Show a letter: the event as it came, the error, and where its handling broke off."""
    with told_in_one_sentence():
        found = LetterDesks().find(letter, SERVICES)
    if as_json:
        show_json(found)
        return
    for line in letter_lines(found):
        results.print(escape(line))


@app.command()
def replay(
    letters: Ids = None,
    *,
    service: Service = None,
    type_: Type = None,
    group: Group = None,
    everything: All = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing; show what would change.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Handle letters again and say of each how that ended; twice is harmless. Exit status 1 unless all ended well.

    Give letters, or --group, --type, --service or --all for every open letter that they let through.
    """
    choice = _either(letters, _choice(service, type_, group), everything)
    with told_in_one_sentence(), bar("rehearsed" if dry_run else "replayed") as watch:
        desks = LetterDesks()
        ended = desks.do(REHEARSAL if dry_run else REPLAY, _chosen(desks, letters, choice), watch)
    if as_json:
        show_json({"dry_run": dry_run, "results": ended, "silent": list(desks.silent)})
    else:
        if dry_run:
            for result in ended[:NAMED_AT_MOST]:
                for line in rehearsal_lines(result):
                    results.print(escape(line))
            results.print("Nothing was changed.")
        for line in ending_lines(ended, rehearsed=dry_run) if ended else ("There are none.",):
            results.print(escape(line))
    well = all(result["outcome"] in ENDED_WELL for result in ended)
    raise typer.Exit(1 if _told_of_silent(desks) or not well else 0)


@app.command()
def discard(
    letters: Ids = None,
    *,
    reason: Annotated[str, typer.Option(help="Why; kept with the letter.")],
    service: Service = None,
    type_: Type = None,
    group: Group = None,
    everything: All = False,
    as_json: Json = False,
) -> None:
    """Close letters for good without handling them, with who did and why; they stay listed as DISCARDED.

    Give letters, or --group, --type, --service or --all for every open letter that they let through.
    """
    if not reason.strip():
        raise typer.BadParameter("say why", param_hint="--reason")
    choice = _either(letters, _choice(service, type_, group), everything)
    with told_in_one_sentence(), bar("discarded") as watch:
        desks = LetterDesks()
        ended = desks.do(discard_for(reason), _chosen(desks, letters, choice), watch)
    if as_json:
        letters_now = [result["letter"] for result in ended if result.get("letter")]
        unknown = [result["id"] for result in ended if result["outcome"] == "unknown"]
        show_json({"letters": letters_now, "unknown": unknown, "silent": list(desks.silent)})
    else:
        for line in discard_lines(ended, reason):
            results.print(escape(line))
    well = all(result["outcome"] in CLOSED_WELL for result in ended)
    raise typer.Exit(1 if _told_of_silent(desks) or not well else 0)


def _choice(service: str | None, type_: str | None, group: str | None, status: str = "OPEN") -> Choice:
    return Choice((service,) if service else SERVICES, status, type_, group)


def _either(letters: list[str] | None, choice: Choice, everything: bool) -> Choice:
    """Refuses to guess: letters by name, or a choice that somebody has made."""
    chosen = everything or choice.filter or choice.services != SERVICES
    if bool(letters) == bool(chosen):
        raise typer.BadParameter("give either letters, or one of --group, --type, --service, --all")
    return choice


def _chosen(desks: LetterDesks, letters: list[str] | None, choice: Choice) -> list[Document]:
    if letters:
        return [desks.find(letter, SERVICES) for letter in dict.fromkeys(letters)]
    return desks.letters(choice)


def _told_of_silent(desks: LetterDesks) -> bool:
    """Whether some service was silent; says so, for its letters are missing above."""
    for silence in desks.silent.values():
        remarks.print(escape(str(silence)))
    return bool(desks.silent)
