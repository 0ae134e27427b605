"""The frontend's build: once for each state of the sources, and never half of one. npm is a script that takes notes."""

from pathlib import Path

import pytest

from ops.stack import frontend_build
from ops.stack.errors import PartFailed, PrerequisiteMissing
from ops.stack.home import Home
from ops.stack.programs import Node, find_node

NPM = """#!/bin/sh
echo "$*" >> asked
test "$*" != "run build" -o ! -e src/broken.ts || { echo "it does not compile"; exit 1; }
if [ "$1" = ci ]; then rm -rf node_modules; mkdir node_modules; exit 0; fi
mkdir -p .next/standalone
cp src/page.tsx .next/standalone/server.js
"""


@pytest.fixture
def frontend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sources of a frontend, which is the clone's for the test."""
    directory = tmp_path / "frontend"
    (directory / "src").mkdir(parents=True)
    (directory / "src" / "page.tsx").write_text("one")
    (directory / "package-lock.json").write_text("{}")
    monkeypatch.setattr(frontend_build, "DIRECTORY", directory)
    monkeypatch.setattr(frontend_build, "NOT_SOURCES", (*frontend_build.NOT_SOURCES, "asked"))
    return directory


@pytest.fixture
def node(tmp_path: Path) -> Node:
    npm = tmp_path / "npm"
    npm.write_text(NPM)
    npm.chmod(0o755)
    return Node(tmp_path / "node", npm, (20, 9))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home.at(tmp_path / "home")
    home.create()
    return home


def asked(frontend: Path) -> list[str]:
    return (frontend / "asked").read_text().splitlines()


def build(home: Home, node: Node, frontend: Path) -> str:
    """Has the home run the newest build; what its server is now."""
    said: list[str] = []
    wanted = frontend_build.fingerprint(node, frontend)
    if not frontend_build.is_current(home, wanted):
        frontend_build.put_in_place(home, frontend_build.prepare(home, node, wanted, said.append))
    assert frontend_build.is_current(home, wanted)
    return (frontend_build.copied_to(home) / "server.js").read_text()


def test_nothing_is_built_when_nothing_has_changed(frontend: Path, home: Home, node: Node) -> None:
    assert build(home, node, frontend) == build(home, node, frontend) == "one"
    assert asked(frontend) == ["ci", "run build"]


def test_another_home_copies_what_is_built_when_the_sources_are_the_same(
    frontend: Path, home: Home, node: Node, tmp_path: Path
) -> None:
    build(home, node, frontend)
    other = Home.at(tmp_path / "other")
    other.create()
    assert build(other, node, frontend) == "one"
    assert asked(frontend) == ["ci", "run build"]


def test_it_is_built_again_without_installing_when_a_source_has_changed(
    frontend: Path, home: Home, node: Node
) -> None:
    build(home, node, frontend)
    (frontend / "src" / "page.tsx").write_text("two")
    assert build(home, node, frontend) == "two"
    assert asked(frontend) == ["ci", "run build", "run build"]


def test_packages_are_installed_again_when_their_lock_file_has_changed(
    frontend: Path, home: Home, node: Node
) -> None:
    build(home, node, frontend)
    (frontend / "package-lock.json").write_text('{"name": "other"}')
    build(home, node, frontend)
    assert asked(frontend) == ["ci", "run build", "ci", "run build"]


def test_the_one_before_stays_when_the_build_fails(frontend: Path, home: Home, node: Node) -> None:
    build(home, node, frontend)
    (frontend / "src" / "broken.ts").touch()
    for _ in range(2):
        with pytest.raises(PartFailed, match="npm run build ended with status 1") as failed:
            build(home, node, frontend)
        assert failed.value.log_lines == ("it does not compile",)
    assert (frontend_build.copied_to(home) / "server.js").read_text() == "one"
    (frontend / "src" / "broken.ts").unlink()
    assert build(home, node, frontend) == "one"


def test_what_a_killed_build_left_is_dropped_when_it_is_built_again(
    frontend: Path, home: Home, node: Node
) -> None:
    for half in (frontend / ".next" / "cache", frontend / ".next" / "dev", home.path / "frontend.making"):
        half.mkdir(parents=True)
        (half / "half").touch()
    build(home, node, frontend)
    assert {path.name for path in (frontend / ".next").iterdir()} == {"dev", "standalone", "built-from"}
    assert {path.name for path in frontend_build.copied_to(home).iterdir()} == {"server.js", "built-from"}
    assert not (home.path / "frontend.making").exists()


@pytest.mark.parametrize("made", ["node_modules/next/package.json", ".next/BUILD_ID", "next-env.d.ts"])
def test_fingerprint_stays_when_what_is_made_changes(frontend: Path, node: Node, made: str) -> None:
    before = frontend_build.fingerprint(node, frontend)
    (frontend / made).parent.mkdir(parents=True, exist_ok=True)
    (frontend / made).touch()
    assert frontend_build.fingerprint(node, frontend) == before


@pytest.mark.parametrize(
    ("said", "told"), [("v20.8.1", "Node is 20.8, and 20.9 or later is needed"), (None, "is not installed")]
)
def test_frontend_is_left_out_with_a_reason_when_no_node_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str | None, told: str
) -> None:
    monkeypatch.setattr("ops.stack.programs.HOMEBREW", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    if said:
        program = tmp_path / "node"
        program.write_text(f"#!/bin/sh\necho {said}\n")
        program.chmod(0o755)
    with pytest.raises(PrerequisiteMissing, match=told):
        find_node()


def test_frontend_is_left_out_when_the_clone_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frontend_build, "DIRECTORY", tmp_path)
    with pytest.raises(PrerequisiteMissing, match="this clone has none"):
        frontend_build.require_node()
