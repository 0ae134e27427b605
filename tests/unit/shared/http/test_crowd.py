"""Who has to go when there are too many connections: whoever has idled longest, of those that are too many."""

from __future__ import annotations

import pytest

from shared.http import crowd as bounds
from shared.http.crowd import Crowd


class Caller:
    """A connection that leaves when it is dropped."""

    def __init__(self, crowd: Crowd, network: str) -> None:
        self.network = network
        self.dropped = False
        self._crowd = crowd
        crowd.join(self)

    def drop(self) -> None:
        self.dropped = True
        self._crowd.leave(self)


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> Crowd:
    monkeypatch.setattr(bounds, "MOST_CONNECTIONS", 5)
    monkeypatch.setattr(bounds, "MOST_OF_ONE_NETWORK", 3)
    return Crowd()


def dropped(callers: list[Caller]) -> list[bool]:
    return [caller.dropped for caller in callers]


def test_longest_idle_of_a_network_goes_when_it_has_too_many(crowd: Crowd) -> None:
    other = Caller(crowd, "b")
    callers = [Caller(crowd, "a") for _ in range(5)]
    assert dropped(callers) == [True, True, False, False, False]
    assert not other.dropped


def test_longest_idle_of_all_goes_when_there_are_too_many(crowd: Crowd) -> None:
    callers = [Caller(crowd, network) for network in "aabbccc"]
    assert dropped(callers) == [True, True, False, False, False, False, False]


def test_connection_with_a_request_stays_when_others_idle(crowd: Crowd) -> None:
    callers = [Caller(crowd, "a") for _ in range(3)]
    crowd.busy(callers[0])
    callers.append(Caller(crowd, "a"))
    assert dropped(callers) == [False, True, False, False]
    crowd.idle(callers[0])
    callers += [Caller(crowd, "a"), Caller(crowd, "a")]
    assert dropped(callers) == [False, True, True, True, False, False]


def test_newcomer_goes_when_all_others_have_requests(crowd: Crowd) -> None:
    callers = [Caller(crowd, "a") for _ in range(3)]
    for caller in callers:
        crowd.busy(caller)
    callers.append(Caller(crowd, "a"))
    assert dropped(callers) == [False, False, False, True]


def test_place_is_free_again_when_a_connection_has_left(crowd: Crowd) -> None:
    callers = [Caller(crowd, "a") for _ in range(3)]
    crowd.leave(callers[1])
    callers.append(Caller(crowd, "a"))
    assert dropped(callers) == [False, False, False, False]


def test_longest_stalled_goes_when_too_much_is_unread(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_UNREAD", 100)
    callers = [Caller(crowd, network) for network in "abcde"]
    for caller in callers[1:4]:
        crowd.busy(caller)
        crowd.stalls(caller, 30)
    crowd.reads_on(callers[1])
    crowd.stalls(callers[4], 40)
    assert dropped(callers) == [False] * 5
    crowd.stalls(callers[0], 40)
    assert dropped(callers) == [False, False, True, True, False]


def test_nothing_is_unread_when_those_that_stalled_have_left(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "MOST_UNREAD", 100)
    for _ in range(10):
        left = Caller(crowd, "a")
        crowd.stalls(left, 90)
        crowd.leave(left)
    stays = Caller(crowd, "b")
    crowd.stalls(stays, 90)
    assert not stays.dropped
