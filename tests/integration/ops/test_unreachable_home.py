"""A clone below a directory that PostgreSQL's account cannot enter: its databases live elsewhere."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.stack.accounts import (
    SYSTEM_DATA,
    databases_directory,
    make_databases_directory,
    postgres_account,
    remove,
    system_data,
)
from ops.stack.home import Home

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as another account")


@pytest.fixture
def parent() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as directory:
        yield Path(directory)


@pytest.fixture
def home(parent: Path) -> Iterator[Home]:
    """A home in a directory of mode 0700."""
    home = Home.at(parent / "home")
    home.create()
    yield home
    remove(home)


def test_databases_live_below_the_home_when_the_account_can_reach_it(parent: Path, home: Home) -> None:
    parent.chmod(0o755)
    assert make_databases_directory(home, postgres_account()) == home.path / "postgres"


def test_databases_live_outside_when_the_account_cannot_reach_the_home(home: Home) -> None:
    account = postgres_account()
    made = make_databases_directory(home, account)
    assert made == system_data(home)
    assert made.parent == SYSTEM_DATA
    assert account.can_enter(made)


def test_data_are_found_again_when_their_home_became_reachable_or_not(parent: Path, home: Home) -> None:
    account = postgres_account()
    parent.chmod(0o755)
    inside = make_databases_directory(home, account)
    parent.chmod(0o700)
    assert databases_directory(home, account) == inside


def test_data_of_an_earlier_home_are_dropped_when_it_is_gone(home: Home) -> None:
    account = postgres_account()
    leftover = make_databases_directory(home, account) / "order_db"
    leftover.mkdir()
    assert make_databases_directory(home, account)
    assert leftover.exists()
    (home.path / "identity").unlink()
    assert make_databases_directory(home, account)
    assert not leftover.exists()


def test_nothing_stays_outside_when_the_home_is_removed(home: Home) -> None:
    make_databases_directory(home, postgres_account())
    remove(home)
    assert not system_data(home).exists()
