"""What the services do by themselves: hear, record what the provider said, look for orders to expire."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from shared.runtime.submissions import Decided, Failed, Outcome, Repeated, Submission
from shared.testing.broker import Delivery
from tests.simulation.acts import UnderWay
from tests.simulation.faults import ASKED_TWICE, EXPIRY_TICK
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
        return self._hear(world, found, again=partial(self._hear, world, found, again=lambda: None))

    def _hear(self, world: World, found: list[Delivery], *, again: Callable[[], UnderWay | None]) -> UnderWay:
        """Whatever its database does, a consumer runs its batch `again` until it is committed."""
        return UnderWay(
            world.service(self.service).start_hearing(*found),
            partial(self._heard, world, found),
            lambda _: self._acknowledge(world, found),
            again,
            again,
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
        recording = world.till.taken(calls[0])
        if self.asked_twice:
            world.faults[ASKED_TWICE] += 1
            world.till.ask(calls[0])
        return self._record(world, recording, again=partial(self._record, world, recording))

    def _record(
        self, world: World, recording: Submission, again: Callable[[], UnderWay | None] = lambda: None
    ) -> UnderWay:
        """Answers that could not be committed stay in hand and are committed `again`."""

        def answered(outcomes: list[Outcome]) -> None:
            for outcome in outcomes:
                if isinstance(outcome, Failed):
                    world.failed(f"recording the {self.call}", outcome.error)
                elif not isinstance(outcome, Decided | Repeated):
                    world.broken.append(f"the {self.call} was not recorded: {outcome}")

        return UnderWay(world.payments.start(recording), lambda: None, answered, again, again)


@dataclass(frozen=True, slots=True)
class Expire:
    def __str__(self) -> str:
        return "order looks for orders to expire"

    def start(self, world: World) -> UnderWay | None:
        world.faults[EXPIRY_TICK] += 1
        return UnderWay(world.start_expiring(), lambda: None, lambda _: None, _next_time, _next_time)


def _next_time() -> None:
    """It looks again a second later; another act."""
