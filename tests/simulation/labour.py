"""What the services do by themselves: hear, record what the provider said, look for orders to expire."""

from dataclasses import dataclass
from functools import partial

from shared.runtime.submissions import Decided, Repeated
from shared.testing.broker import Delivery
from tests.simulation.acts import UnderWay
from tests.simulation.world import World


@dataclass(frozen=True, slots=True)
class Hear:
    """A consumer takes these messages as one batch; one that was acknowledged before comes as a late repeat."""

    service: str
    tags: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.service} hears {'; '.join(self.tags)}"

    def start(self, world: World) -> UnderWay | None:
        found = [delivery for tag in self.tags if (delivery := world.tagged(self.service, tag))]
        if not found or not world.broker.up:
            return None
        return UnderWay(
            world.service(self.service).start_hearing(*found),
            partial(self._heard, world, found),
            lambda _: self._acknowledge(world, found),
            lambda: None,
        )

    def _heard(self, world: World, found: list[Delivery]) -> None:
        for delivery in found:
            world.heard(delivery)

    def _acknowledge(self, world: World, found: list[Delivery]) -> None:
        for delivery in found:
            if delivery in world.broker.deliveries:
                world.broker.acknowledge(delivery)


@dataclass(frozen=True, slots=True)
class Record:
    """An answer that is in hand is committed. With `asked_twice` another process has it in hand as well."""

    call: str
    asked_twice: bool = False

    def __str__(self) -> str:
        return f"payment records the {self.call}" + (", for a second process has asked" * self.asked_twice)

    def start(self, world: World) -> UnderWay | None:
        calls = [call for call in world.till.answers() if world.call_label(call) == self.call]
        if not calls:
            return None
        run = world.till.start_recording(calls[0])
        if self.asked_twice:
            world.till.ask(calls[0])

        def answered(outcomes: list[object]) -> None:
            for outcome in outcomes:
                if not isinstance(outcome, Decided | Repeated):
                    world.broken.append(f"the {self.call} was not recorded: {outcome}")

        # Whoever fails before the commit asks again.
        return UnderWay(run, lambda: None, answered, lambda: None)


@dataclass(frozen=True, slots=True)
class Expire:
    def __str__(self) -> str:
        return "order looks for orders to expire"

    def start(self, world: World) -> UnderWay | None:
        return UnderWay(world.start_expiring(), lambda: None, lambda _: None, lambda: None)
