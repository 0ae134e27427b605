"""The payment service's work with its provider, one call at a time: the real rules for what is due, asked, recorded."""

from datetime import datetime
from typing import Any

from payment_service.charging import ask, recording
from payment_service.domain.commands import Command
from payment_service.projections import call_asked_for, key_answered
from payment_service.provider_calls import ProviderCall
from payment_service.providers.fake import FakeProvider
from payment_service.providers.port import ProviderUnavailable
from shared.runtime.submissions import Decided, Outcome, Submission
from shared.testing.edge import Clock
from shared.testing.service import MemoryService
from shared.testing.stepping import Run, complete


class Till:
    """Open calls are the fold of the events, as the service's own table is. `unknown` counts the asks without an end.

    An answer is in hand between the provider's commit and ours; there it can be lost (`lose_answers`).
    """

    def __init__(self, payments: MemoryService[Any], provider: FakeProvider, clock: Clock) -> None:
        self.provider = provider
        self.unknown = 0
        self._payments = payments
        self._clock = clock
        self._open: dict[str, tuple[ProviderCall, datetime]] = {}
        self._folded_to = 0
        self._in_hand: dict[str, tuple[ProviderCall, Command]] = {}

    def due(self) -> list[ProviderCall]:
        """Calls that may be asked now; those whose answer is in hand are not."""
        return [
            call
            for key, (call, due_at) in self._open_calls().items()
            if due_at <= self._clock.now and key not in self._in_hand
        ]

    def next_due_at(self) -> datetime | None:
        """When the earliest open call is due; None when nothing is open."""
        return min((due_at for _, due_at in self._open_calls().values()), default=None)

    def ask(self, call: ProviderCall) -> bool:
        """Asks the provider. False when nobody knows what came of it: the call stays open."""
        try:
            self._in_hand[call.key] = call, complete(ask(self.provider, call))
        except ProviderUnavailable:
            self.unknown += 1
            return False
        return True

    def answers(self) -> list[ProviderCall]:
        """Calls whose answers are in hand."""
        return [call for call, _ in self._in_hand.values()]

    def record(self, call: ProviderCall) -> list[Outcome]:
        outcomes = self.start_recording(call).finish()
        assert all(isinstance(outcome, Decided) for outcome in outcomes), outcomes
        return outcomes

    def start_recording(self, call: ProviderCall) -> Run[list[Outcome]]:
        return self._payments.start(self.taken(call))

    def taken(self, call: ProviderCall) -> Submission:
        """The answer, no longer in hand but on its way to being recorded."""
        _, command = self._in_hand.pop(call.key)
        return self.submission(call, command)

    def submission(self, call: ProviderCall, command: Command) -> Submission:
        return recording(call, command, self._clock.now)

    def lose_answers(self) -> None:
        """The process dies with what it knew."""
        self._in_hand.clear()

    def work(self) -> None:
        """Asks what is due until it is answered, and records it."""
        for call in self.due():
            while not self.ask(call):
                pass
        for call in self.answers():
            self.record(call)

    def _open_calls(self) -> dict[str, tuple[ProviderCall, datetime]]:
        for recorded in self._payments.recorded(self._folded_to):
            self._folded_to = recorded.position
            if (asked := call_asked_for(recorded)) is not None:
                self._open[asked[0].key] = asked
            elif (key := key_answered(recorded)) is not None:
                self._open.pop(key, None)
        return self._open
