"""What befalls the world at one blow: relays publish, the provider answers, the broker goes, time passes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from payment_service.provider_calls import ProviderCall
from payment_service.providers.fake import Mishap
from shared.messaging.outgoing import Outgoing
from tests.saga.machinery import EXPIRY
from tests.simulation.faults import (
    ANSWERS_LOST,
    BROKER_GONE,
    BROKER_GONE_LONG,
    INBOX_EMPTIED,
    LONG,
    PROVIDER_SILENT,
    RELAY_DIES,
    RELAY_LOSES,
    of_provider,
)
from tests.simulation.world import World

LONG_WAIT = 20 * 60

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
        loses = self.fate == "loses what it told"
        world.faults[RELAY_LOSES if loses else RELAY_DIES] += 1
        if loses:
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
    """The provider is asked for one step, and perhaps a `mishap` befalls it. `dies`: the process does, before it can
    use any answer that it has.
    """

    call: str
    mishap: Mishap | None = None
    dies: bool = False

    def __str__(self) -> str:
        provider = f", the provider {self.mishap}" if self.mishap else ""
        return f"payment asks for the {self.call}{provider}" + (
            ", and dies with all answers that it has" * self.dies
        )

    def happen(self, world: World) -> None:
        for call in world.till.due():
            if world.call_label(call) == self.call:
                self._ask(world, call)
                if self.dies:
                    world.faults[ANSWERS_LOST] += 1
                    world.noted[9] += len(world.till.answers())
                    world.till.lose_answers()
                return

    def _ask(self, world: World, call: ProviderCall) -> None:
        world.provider.mishap = self.mishap
        answered = world.till.ask(call)
        world.provider.mishap = None
        if not answered:
            world.faults[of_provider(self.mishap, call.kind) if self.mishap else PROVIDER_SILENT] += 1
            world.noted[8] += 1


@dataclass(frozen=True, slots=True)
class Wait:
    seconds: int

    def __str__(self) -> str:
        return f"{timedelta(seconds=self.seconds)} pass"

    def happen(self, world: World) -> None:
        world.faults[LONG] += self.seconds >= LONG_WAIT
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
                world.faults[BROKER_GONE_LONG] += 1
                world.outlived(world.down_since)
            world.down_since = None
        elif not self.over and world.down_since is None:
            world.faults[BROKER_GONE] += 1
            world.down_since = world.clock.now
        world.broker.up = self.over


@dataclass(frozen=True, slots=True)
class Forget:
    """A month has passed as far as the inbox knows: what is heard once more is claimed once more."""

    service: str

    def __str__(self) -> str:
        return f"the inbox of {self.service} is emptied"

    def happen(self, world: World) -> None:
        world.faults[INBOX_EMPTIED] += 1
        world.service(self.service).database.empty("inbox")
