"""docs/adding-a-service.md, executed as it stands: in a copy of the clone, on a stack of its own."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from ops.stack import ports
from ops.stack.added import FIRST_PORT
from ops.stack.home import CLONE, Home
from ops.stack.lifecycle import Stack
from ops.stack.site import Site
from ops.stack.sql import connected
from ops.stack.temporary import make_temporary_home
from tests.e2e.waiting import NotYet, until

PAGE = CLONE / "docs" / "adding-a-service.md"
BLOCKS = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TOKEN = '-H "Authorization: Bearer $(./eventflow token --role staff --subject me)"'
TOTALS = f"curl -fsS {TOKEN} http://127.0.0.1:{FIRST_PORT}/totals"
OWN_LINES = 30
PATIENCE = 1200

NOT_THE_CLONE = shutil.ignore_patterns(
    ".venv",
    ".local",
    ".compose",
    ".env",
    ".git",
    "__pycache__",
    ".pytest_cache",
    ".ruff_cache",
    ".hypothesis",
    # The page is about the back end alone: without its lock file the frontend counts as not there.
    "package-lock.json",
    "node_modules",
    ".next",
)


@pytest.fixture
def home() -> Iterator[Home]:
    home = make_temporary_home()
    yield home
    Stack(home).discard()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy with the same virtual environment; times are kept, so that make finds it up to date."""
    copy = tmp_path / "clone"
    shutil.copytree(CLONE, copy, ignore=NOT_THE_CLONE)
    (copy / ".venv").symlink_to(CLONE / ".venv")
    return copy


def blocks() -> list[tuple[str, str, str]]:
    """Language, file name if it is a file, and text of each fenced block, in the order of the page."""
    return BLOCKS.findall(PAGE.read_text())


def test_service_has_thirty_lines_of_its_own_when_the_template_is_taken() -> None:
    own = [line for _, file, text in blocks() if file for line in text.splitlines() if line.strip()]
    assert 0 < len(own) <= OWN_LINES


@pytest.mark.timeout(PATIENCE)
async def test_added_service_counts_all_sales_when_the_page_is_followed(clone: Path, home: Home) -> None:
    environment = {**os.environ, "EVENTFLOW_HOME": str(home.path), "PYTHONPATH": ""}
    environment.pop("CI", None)  # there, a clone without a frontend would be an error

    def run(script: str) -> str:
        known = ports.load(home) or {}
        # Its usual port may be taken on this machine: the one difference to what is on the page.
        script = script.replace(f":{FIRST_PORT}/", f":{known.get('sales', FIRST_PORT)}/")
        ended = subprocess.run(
            ["/bin/sh", "-ec", script],
            cwd=clone,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, f"{script}\n{ended.stdout[-6000:]}"
        return ended.stdout

    async def patiently(line: str) -> None:
        """A person types more slowly: the new catalogue can be ordered from up to 2 s after it was loaded."""
        try:
            run(line)
        except AssertionError as error:
            if "there is no product" in str(error):
                raise NotYet(str(error)) from error
            raise

    promised = ""
    for language, file, text in blocks():
        if file:
            (clone / file).parent.mkdir(parents=True, exist_ok=True)
            (clone / file).write_text(text)
        elif language == "sh":
            for line in text.splitlines():
                if line != TOTALS:  # what was replayed is handled a moment after it was published
                    await until(line, partial(patiently, line), within=30, every=0.5)
        else:
            promised = text

    async def look() -> None:
        shown = run(TOTALS)
        if json.loads(shown) != json.loads(promised):
            raise NotYet(shown)

    await until("the totals are those of the page", look, within=60, every=0.5)

    run("./eventflow replay order --to sales_queue --type order.confirmed")
    run("./eventflow order place --item KIT-MUG-01=4 --wait")

    async def look_again() -> None:
        shown = run(TOTALS)
        totals = {one["key"]: (one["amount"], one["orders"]) for one in json.loads(shown)["items"]}
        if totals != {"HOM-LAMP-01": (1, 1), "KIT-MUG-01": (7, 3)}:
            raise NotYet(shown)

    await until("a replay changes nothing, and a new order counts", look_again, within=60, every=0.5)

    document = json.loads(run("./eventflow audit --json"))
    assert document["bounds"]["queues"]["sales_queue"]["checked"] > 0
    assert document["bounds"]["queues_not_audited"] == []
    site = Site.of(home, ports.load(home) or {})
    async with connected(site.superuser_url("inventory_db", "sales_db")) as database:
        await database.execute(
            "UPDATE totals SET state = state || '{\"amount\": 99}' WHERE id = 'KIT-MUG-01'"
        )
    run("test -n \"$(./eventflow rebuild sales --check | grep 'totals KIT-MUG-01: amount is 99')\"")
    run("./eventflow rebuild sales")
    await look_again()
