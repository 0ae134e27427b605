"""docs/specification.md and docs/adding-a-service.md name only what there is, and the races all of them."""

import re
from collections.abc import Iterator
from functools import cache

from ops.stack.home import CLONE

PAGE = CLONE / "docs" / "specification.md"
QUOTED = re.compile(r"`([^`\s]+)`")
PATH = re.compile(r"[\w.-]+(/[\w.-]+)*/?")
RACE = re.compile(r"^\| (\d+) \|.*`(test_race_(\d+)_\w+)` \|$", re.MULTILINE)
DEFINED = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)
CITED = re.compile(r'docs/specification\.md, "([^"]+)"')
FOREIGN = re.compile(r"\b(saga|product|stack|style|testing|performance)\.md\b")
FILES = (".py", ".md", ".yml", ".json", ".toml", ".sh")


@cache
def names_below(directory: str) -> frozenset[str]:
    files = (CLONE / directory).rglob("test_*.py")
    return frozenset(name for file in files for name in DEFINED.findall(file.read_text()))


def paths(page: str) -> Iterator[str]:
    for quoted in QUOTED.findall(page):
        if PATH.fullmatch(quoted) and ("/" in quoted or quoted.endswith(FILES)):
            yield quoted


def test_every_path_exists_when_it_is_named() -> None:
    named = set(paths(PAGE.read_text()))
    assert len(named) > 80
    assert not {path for path in named if not (CLONE / path).exists()}


def test_every_link_leads_somewhere_when_it_is_followed() -> None:
    links = set(re.findall(r"\]\(([^)#]+)\)", PAGE.read_text()))
    assert links
    assert not {link for link in links if not (PAGE.parent / link).exists()}


def test_every_test_exists_when_it_is_named() -> None:
    named = {quoted for quoted in QUOTED.findall(PAGE.read_text()) if quoted.startswith("test_")}
    assert len(named) > 26
    assert not named - names_below("tests")


def test_every_race_has_its_row_when_it_has_a_test() -> None:
    rows = RACE.findall(PAGE.read_text())
    assert [int(number) for number, _, _ in rows] == list(range(1, len(rows) + 1))
    for number, name, in_name in rows:
        assert int(number) == int(in_name), name
        assert name in names_below("tests/saga"), name
    tested = {
        int(found.group(1)) for name in names_below("tests") if (found := re.match(r"test_race_(\d+)_", name))
    }
    assert tested == {int(number) for number, _, _ in rows}


def test_section_exists_when_the_code_cites_it() -> None:
    """And nothing is cited that is not in this repository."""
    packages = ("shared", "*_service", "notification_gateway", "ops", "tests")
    sources = [file.read_text() for name in packages for file in CLONE.glob(f"{name}/**/*.py")]
    cited = {section for source in sources for section in CITED.findall(source)}
    assert len(cited) >= 6
    assert not {section for section in cited if f"\n## {section}\n" not in PAGE.read_text()}
    assert not [source for source in sources if FOREIGN.search(source)]
