"""What befalls the world at one blow: relays publish, the provider answers, the broker goes, time passes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from shared.messaging.outgoing import Outgoing
from tests.saga.machinery import EXPIRY
from tests.simulation.world import World

Fate = Literal["", "dies before its checkpoint", "loses what it told"]


@dataclass(frozen=True, slots=True)
class Relay:
    """Tells the next events. With what is lost there is no confirm, so the checkpoint stays and all is told again."""

    service: str
    at_most: int
    fate: Fate = ""

    def __str__(self) -> str:
        return f"{self.service} tells its next {self.at_most}" + (f", {self.fate}" if self.fate else "")

    def happen(self, world: World) -> None:
        service = world.service(self.service)
        if not service.has_news or not world.broker.up:
            return
        if not self.fate:
            service.relay(self.at_most)
            world.relayed()
            return
        world.faults[f"relay {self.fate}"] += 1
        if self.fate == "loses what it told":
            world.broker.loses = _EverySecond()
        service.publish(self.at_most)
        world.broker.loses = _none


class _EverySecond:
    """Confirms come in any order: what follows a lost message may well have arrived."""

    def __init__(self) -> None:
        self._sent = 0

    def __call__(self, _: Outgoing) -> bool:
        self._sent += 1
        return self._sent % 2 == 1


def _none(_: Outgoing) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Ask:
    """The provider is asked for one step; `dies` when the process does so before it can use any answer it has."""

    call: str
    dies: bool = False

    def __str__(self) -> str:
        return f"payment asks for the {self.call}" + (", and dies with all answers that it has" * self.dies)

    def happen(self, world: World) -> None:
        for call in world.till.due():
            if world.call_label(call) == self.call:
                if not world.till.ask(call):
                    world.faults["provider gives no answer"] += 1
                    world.noted[8] += 1
                if self.dies:
                    world.faults["dies with the provider's answers"] += 1
                    world.noted[9] += len(world.till.answers())
                    world.till.lose_answers()
                return


@dataclass(frozen=True, slots=True)
class Wait:
    seconds: int

    def __str__(self) -> str:
        return f"{timedelta(seconds=self.seconds)} pass"

    def happen(self, world: World) -> None:
        world.clock.advance(timedelta(seconds=self.seconds))


@dataclass(frozen=True, slots=True)
class Outage:
    """Nobody can tell or hear anything until it is over; whatever was being heard comes again."""

    over: bool = False

    def __str__(self) -> str:
        return "the broker is back" if self.over else "the broker is gone"

    def happen(self, world: World) -> None:
        if self.over and world.down_since is not None:
            if world.clock.now - world.down_since > EXPIRY:
                world.outlived(world.down_since)
            world.down_since = None
        elif not self.over and world.down_since is None:
            world.faults["the broker is gone"] += 1
            world.down_since = world.clock.now
        world.broker.up = self.over


@dataclass(frozen=True, slots=True)
class Forget:
    """A month has passed as far as the inbox knows: what is heard once more is claimed once more."""

    service: str

    def __str__(self) -> str:
        return f"the inbox of {self.service} is emptied"

    def happen(self, world: World) -> None:
        world.faults["an inbox is emptied"] += 1
        world.service(self.service).database.empty("inbox")
