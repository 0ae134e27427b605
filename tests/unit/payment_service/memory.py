"""The payment service in memory: its real model over rows in a dict, and the provider's rules without a database.

There is no inbox, so every repeat reaches the decider. Time stands still until a test moves it.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from payment_service.charging import ask, recording
from payment_service.domain.commands import CancelPayment, Command, NoteStockReserved, RecordPayment
from payment_service.domain.money import Money
from payment_service.domain.payment import Payment
from payment_service.handling import MODEL
from payment_service.projections import call_asked_for, key_answered
from payment_service.provider_calls import ProviderCall
from payment_service.providers.fake import FakeProvider
from payment_service.providers.port import ProviderUnavailable
from payment_service.tables import PAYMENTS
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.ids import derived_id
from shared.eventsourcing.metadata import Actor, Context
from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.rows import Row, Rows
from shared.runtime.deciding import Decider

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
ORDER_ID = UUID("0197f3a0-0000-7000-8000-000000000001")
PAYMENT_ID = derived_id(ORDER_ID, "payment")
PRICE = Money(4498, "USD")


def placed(method: str = "pm_card_visa", price: Money = PRICE) -> RecordPayment:
    return RecordPayment(ORDER_ID, PAYMENT_ID, "c-1", price, method)


RESERVED = NoteStockReserved(ORDER_ID)
CANCELLED = CancelPayment(ORDER_ID, "customer_request")


class Payments:
    """One running service. `calls` are what the provider has still to be asked, as the SQL projection keeps them."""

    def __init__(self, provider: FakeProvider | None = None) -> None:
        self.provider = provider or FakeProvider()
        self.now = NOON
        self.recorded: list[Recorded] = []
        self.calls: dict[str, tuple[ProviderCall, datetime]] = {}
        self.refusal: object = None
        self._commands = 0
        self._decider = Decider(MODEL, Codec(MODEL.aggregates))
        self._rows: dict[str, Row[Payment]] = {}

    def do(self, *commands: Command) -> list[Any]:
        """The events of these commands, one by one; `refusal` is the last one's."""
        return [event for command in commands for event in self._do(command, self._context())]

    async def ask_provider(self) -> list[Any]:
        """Asks once for every call that is due and records what came of it; unknown outcomes stay open."""
        happened: list[Any] = []
        for call, due_at in list(self.calls.values()):
            if due_at <= self.now:
                try:
                    command = await ask(self.provider, call)
                except ProviderUnavailable:
                    continue
                happened += self._do(command, recording(call, command, self.now).context)
        return happened

    async def ask_provider_until_quiet(self, *, at_most: int = 100) -> None:
        """Lets time pass to whatever is due next, until nothing is asked any more."""
        for _ in range(at_most):
            if not self.calls:
                return
            self.now = max(self.now, min(due_at for _, due_at in self.calls.values()))
            await self.ask_provider()
        raise AssertionError(f"still open: {self.calls}")

    def state(self, order_id: UUID = ORDER_ID) -> Payment:
        return self._rows.get(str(order_id), Row(0, PAYMENTS.initial)).state

    def pass_time(self, **duration: float) -> None:
        self.now += timedelta(**duration)

    def _do(self, command: Command, context: Context) -> list[Any]:
        rows = Rows()
        (step,) = MODEL.steps
        for touch in step.touches(command, rows):
            rows.put(PAYMENTS, touch.row_id, self._rows.get(touch.row_id, Row(0, PAYMENTS.initial)))
        decision, events, layer = self._decider.decide(command, context, rows)
        self._rows |= {row_id: row for (_, row_id), row in layer.items()}
        self.refusal = decision.refusal
        self.recorded += events
        for recorded in events:
            if asked := call_asked_for(recorded):
                self.calls[asked[0].key] = asked
            elif key := key_answered(recorded):
                del self.calls[key]
        return [recorded.event for recorded in events]

    def _context(self) -> Context:
        self._commands += 1
        cause = derived_id(ORDER_ID, f"cause {self._commands}")
        return Context(cause, ORDER_ID, cause, Actor("payment_service", "service"), self.now, "c-1")
