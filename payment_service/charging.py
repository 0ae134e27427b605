"""Money moves here, outside any transaction: what is due is asked of the provider, and what it says is recorded.

An outcome that stays unknown (a timeout, an error on their side, a crash of ours) is asked for again with the same
key, for as long as it takes; meanwhile the payment is PROCESSING and says so.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from payment_service.domain.commands import (
    Command,
    RecordChargeDeclined,
    RecordChargeSucceeded,
    RecordRefundFailed,
    RecordRefundSucceeded,
)
from payment_service.domain.events import ChargeRequested, Failure, RefundRequested
from payment_service.provider_calls import ChargeCall, Due, ProviderCall, lease_due_calls, postpone_calls
from payment_service.providers.port import (
    Charged,
    Declined,
    PaymentProvider,
    ProviderUnavailable,
    Refunded,
    RefundRefused,
)
from shared.backoff import pause_after
from shared.crash_points import CrashPoint, reached
from shared.database.faults import DatabaseFault, translated
from shared.eventsourcing.ids import derived_id
from shared.eventsourcing.metadata import Context, service_actor
from shared.eventsourcing.recorded import Recorded
from shared.runtime.handling import Handler
from shared.runtime.submissions import Failed, Submission
from shared.stopping import pause_until, woken_by

log = structlog.get_logger()

ACTOR = service_actor("payment")
AT_ONCE = 100
IN_FLIGHT = 1_000
POLL = timedelta(milliseconds=500)
ASK_TIMEOUT = timedelta(seconds=10)
# Longer than one ask may take; when a process dies, its calls wait this long.
LEASE = timedelta(seconds=15)
SHORTEST_PAUSE = timedelta(milliseconds=200)
LONGEST_PAUSE = timedelta(seconds=30)
# What is being asked when the process stops may still be answered; then it need not be asked again.
LAST_ANSWERS = timedelta(seconds=4)


async def ask(provider: PaymentProvider, call: ProviderCall) -> Command:
    """Asks for one step; the command that records what came of it. Raises ProviderUnavailable: nobody knows."""
    if isinstance(call, ChargeCall):
        match await provider.charge(call.key, call.price, call.method):
            case Charged(reference):
                return RecordChargeSucceeded(call.order_id, reference)
            case Declined(code, message):
                return RecordChargeDeclined(call.order_id, Failure(code, message))
    match await provider.refund(call.key, call.amount, call.charge_reference):
        case Refunded():
            return RecordRefundSucceeded(call.order_id, call.refund_id)
        case RefundRefused(code, message):
            return RecordRefundFailed(call.order_id, call.refund_id, Failure(code, message))


def recording(call: ProviderCall, command: Command, now: datetime) -> Submission:
    """The outcome on its way to being recorded; always the same command for one key, so a rerun is recognised."""
    context = Context(
        command_id=derived_id(call.payment_id, f"{call.key}:outcome"),
        correlation_id=call.order_id,
        causation_id=call.caused_by,
        actor=ACTOR,
        now=now,
        customer_id=call.customer_id,
    )
    return Submission(command=command, context=context)


def pause(attempt: int) -> timedelta:
    """How long to wait after the `attempt`-th ask."""
    return pause_after(attempt, SHORTEST_PAUSE, LONGEST_PAUSE)


class Charging:
    """Asks and records until it is stopped. Any number of processes may do so at once."""

    def __init__(
        self,
        engine: AsyncEngine,
        handler: Handler,
        provider: PaymentProvider,
        clock: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._handler = handler
        self._provider = provider
        self._clock = clock
        self._asking: dict[str, asyncio.Task[Command]] = {}
        self._answered: list[tuple[Due, asyncio.Task[Command]]] = []
        self._wake = asyncio.Event()
        # When to look for work next, on the loop's clock.
        self._look_at = 0.0

    def observe(self, events: Sequence[Recorded], /) -> None:
        """Told of every commit of this process: work that it brings is taken up at once."""
        if any(isinstance(recorded.event, ChargeRequested | RefundRequested) for recorded in events):
            self._look_at = 0.0
            self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        clock = asyncio.get_running_loop().time
        failures = 0
        try:
            with woken_by(stop, self._wake):
                while not stop.is_set():
                    self._wake.clear()
                    try:
                        await self._record_answers()
                        if self._look_at <= clock():
                            await self._take_what_is_due()
                        failures = 0
                    except DatabaseFault as fault:
                        failures += 1
                        log.warning("charging_paused", fault=str(fault))
                        await pause_until(stop, pause(failures).total_seconds())
                        continue
                    await pause_until(self._wake, self._look_at - clock())
            await self._let_finish()
        finally:
            for task in self._asking.values():
                task.cancel()

    async def _take_what_is_due(self) -> None:
        """Starts to ask for what is due, and says when to look again."""
        self._look_at = asyncio.get_running_loop().time() + POLL.total_seconds()
        limit = min(AT_ONCE, IN_FLIGHT - len(self._asking))
        if limit == 0:
            return
        now = self._clock()
        with translated():
            async with self._engine.begin() as connection:
                taken = await lease_due_calls(connection, now=now, until=now + LEASE, limit=limit)
        for due in taken:
            if due.call.key not in self._asking:
                task = asyncio.create_task(self._ask(due.call))
                self._asking[due.call.key] = task
                task.add_done_callback(self._when_answered(due))
        if len(taken) == limit:
            self._look_at = 0.0

    async def _ask(self, call: ProviderCall) -> Command:
        async with asyncio.timeout(ASK_TIMEOUT.total_seconds()):
            return await ask(self._provider, call)

    def _when_answered(self, due: Due) -> Callable[[asyncio.Task[Command]], None]:
        def answered(task: asyncio.Task[Command]) -> None:
            if not task.cancelled():
                self._answered.append((due, task))
                self._wake.set()

        return answered

    async def _record_answers(self) -> None:
        """Records what is known and postpones what is not. What raises is kept for the next time."""
        answered = list(self._answered)
        now = self._clock()
        known = [recording(due.call, task.result(), now) for due, task in answered if not task.exception()]
        unknown = [(due, error) for due, task in answered if (error := task.exception())]
        if known:
            reached(CrashPoint.ANSWERED)
            for outcome in await self._handler.handle(known):
                if isinstance(outcome, Failed):
                    # Its lease runs out and it is asked, and recorded, again.
                    log.error("charging_outcome_not_recorded", exc_info=outcome.error)
        if unknown:
            await self._postpone(unknown, now)
        del self._answered[: len(answered)]
        for due, _ in answered:
            del self._asking[due.call.key]

    async def _postpone(self, unknown: Sequence[tuple[Due, BaseException]], now: datetime) -> None:
        due_at: dict[str, datetime] = {}
        for due, error in unknown:
            expected = isinstance(error, ProviderUnavailable | TimeoutError)
            delay = pause(due.attempt) if expected else LONGEST_PAUSE
            due_at[due.call.key] = now + delay
            if expected:
                log.debug("provider_outcome_unknown", key=due.call.key, attempt=due.attempt, error=str(error))
            else:
                log.error("provider_ask_failed", key=due.call.key, exc_info=error)
        log.info("provider_to_be_asked_again", calls=len(due_at))
        with translated():
            async with self._engine.begin() as connection:
                await postpone_calls(connection, due_at)
        soonest = (min(due_at.values()) - now).total_seconds()
        self._look_at = min(self._look_at, asyncio.get_running_loop().time() + soonest)

    async def _let_finish(self) -> None:
        if self._asking:
            await asyncio.wait(self._asking.values(), timeout=LAST_ANSWERS.total_seconds())
        try:
            await self._record_answers()
        except DatabaseFault as fault:
            log.warning("charging_outcomes_left_to_ask_again", fault=str(fault))
