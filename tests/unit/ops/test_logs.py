"""Logs: the last lines, and what is added, also across a rotation."""

from pathlib import Path

import pytest

from ops.stack.errors import StackError
from ops.stack.home import Home
from ops.stack.logs import files_of, read


def test_last_lines_are_read_when_not_following(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("one\ntwo\nthree\nunfinished")
    assert list(read({"redis": tmp_path / "log"}, 2, follow=False)) == [("redis", "two"), ("redis", "three")]


def test_added_lines_follow_when_the_log_grows_and_is_rotated(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("old\n")
    lines = read({"redis": log}, 1, follow=True)
    assert next(lines) == ("redis", "old")
    with log.open("a") as more:
        more.write("added\n")
    assert next(lines) == ("redis", "added")
    log.rename(tmp_path / "log.1")
    log.write_text("rotated\n")
    assert next(lines) == ("redis", "rotated")


def test_line_is_one_when_it_holds_what_others_take_for_the_end_of_one(tmp_path: Path) -> None:
    line = "before\u2028after\x85after\x0cafter\rafter"
    (tmp_path / "log").write_bytes(f"{line}\n\nlast\n".encode())
    assert list(read({"redis": tmp_path / "log"}, 9, follow=False)) == [
        ("redis", line),
        ("redis", ""),
        ("redis", "last"),
    ]


def test_both_processes_are_read_when_the_order_service_is_named(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    home.create()
    for name in ("order-1", "order-2", "redis"):
        home.log(name).write_text("")
    assert set(files_of(home, "order")) == {"order-1", "order-2"}
    with pytest.raises(StackError, match="one of order-1, order-2, redis"):
        files_of(home, "nothing")
