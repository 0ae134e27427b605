"""Ports: usual where free, distinct always, kept once chosen."""

import socket
from collections.abc import Iterator

import pytest

from ops.stack import ports
from ops.stack.home import Home


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    found = Home.at(tmp_path_factory.mktemp("home"))
    found.create()
    return found


@pytest.fixture
def another_program() -> Iterator[int]:
    """The port of a program that is not ours."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_usual_port_is_chosen_when_it_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    free = ports.choose(["redis"], prefer_usual=False)
    free.release()
    monkeypatch.setitem(ports.USUAL, "redis", free.ports["redis"])
    chosen = ports.choose(["redis"], prefer_usual=True)
    chosen.release()
    assert chosen.ports == free.ports


def test_other_port_is_chosen_when_the_usual_is_taken(
    monkeypatch: pytest.MonkeyPatch, another_program: int
) -> None:
    monkeypatch.setitem(ports.USUAL, "redis", another_program)
    chosen = ports.choose(["redis"], prefer_usual=True)
    chosen.release()
    assert chosen.ports["redis"] in ports.OTHERS


def test_all_ports_differ_when_chosen_in_one_pass() -> None:
    chosen = ports.choose(ports.USUAL, prefer_usual=False)
    chosen.release()
    assert len(set(chosen.ports.values())) == len(ports.USUAL)


def test_nobody_else_gets_a_port_when_it_is_reserved() -> None:
    chosen = ports.choose(["redis"], prefer_usual=False)
    assert ports.hold(chosen.ports["redis"]) is None
    chosen.release()
    again = ports.hold(chosen.ports["redis"])
    assert again is not None
    again.close()


def test_ports_stay_the_same_when_settled_again(home: Home) -> None:
    first, _ = ports.settle(home, prefer_usual=False)
    first.release()
    second, moved = ports.settle(home, prefer_usual=False)
    second.release()
    assert second.ports == first.ports == ports.load(home)
    assert moved == []


def test_only_the_taken_port_moves_when_another_program_has_one(home: Home, another_program: int) -> None:
    first, _ = ports.settle(home, prefer_usual=False)
    first.release()
    ports.save(home, {**first.ports, "redis": another_program})
    second, moved = ports.settle(home, prefer_usual=False)
    second.release()
    assert moved == ["redis"]
    assert second.ports == {**first.ports, "redis": second.ports["redis"]}
    assert second.ports["redis"] != another_program


def test_port_stays_when_a_part_of_ours_listens_on_it(home: Home, another_program: int) -> None:
    first, _ = ports.settle(home, prefer_usual=False)
    first.release()
    ports.save(home, {**first.ports, "redis": another_program})
    second, moved = ports.settle(home, prefer_usual=False, ours=["redis"])
    second.release()
    assert moved == []
    assert second.ports["redis"] == another_program
