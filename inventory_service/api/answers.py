"""From a request to a committed command, and from what became of it to an answer."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import Request, Response

from inventory_service.domain.product import (
    BelowReserved,
    NoSuchProduct,
    ProductCommand,
    ProductExists,
    ProductRefusal,
)
from shared.eventsourcing.ids import new_id
from shared.eventsourcing.metadata import Context
from shared.http.actor import actor_of
from shared.http.idempotency import (
    IdempotencyKey,
    StoredAnswer,
    answer_of_refusal,
    idempotency_key,
    response_of,
)
from shared.http.problems import Conflict, IdempotencyKeyReused, NotFound, PreconditionFailed, Problem
from shared.observability.correlation import correlated, correlation_id
from shared.runtime.commands import Commands
from shared.runtime.submissions import (
    Decided,
    Expectation,
    Failed,
    KeyReused,
    Outcome,
    Outdated,
    Repeated,
    Stale,
    Submission,
)

CommandAt = Callable[[datetime], ProductCommand]
Success = Callable[[Decided], StoredAnswer]


class ProductAlreadyExists(Conflict):
    slug = "product-exists"
    title = "There is a product with this SKU"


class StockIsReserved(Conflict):
    slug = "below-reserved"
    title = "Orders hold more than would be left"


def no_such_product(sku: str) -> NotFound:
    return NotFound(f"There is no product {sku}.")


def problem_of(refusal: ProductRefusal) -> Problem:
    match refusal:
        case ProductExists(sku):
            return ProductAlreadyExists(f"The product {sku} exists already; change it with PATCH.")
        case NoSuchProduct(sku):
            return no_such_product(sku)
        case BelowReserved(sku, on_hand, reserved, delta):
            return StockIsReserved(
                f"{sku} has {on_hand} on hand and {reserved} of them reserved: {delta:+d} would leave too few."
            )


@dataclass(frozen=True, slots=True)
class Submitting:
    """Commands of the API, made at the time that their events will bear.

    `success` makes the answer inside the batch; it is stored with the idempotency key.
    """

    commands: Commands
    clock: Callable[[], datetime]

    async def creating(
        self, command: CommandAt, request: Request, header: str | None, success: Success
    ) -> Response:
        """`header` is the request's Idempotency-Key."""
        actor = actor_of(None)
        key = await idempotency_key(request, header, actor.subject)
        return await self._submit(command, request, success, key=key)

    async def changing(
        self, command: CommandAt, request: Request, expects: Expectation | None, success: Success
    ) -> Response:
        return await self._submit(command, request, success, expects=expects)

    async def _submit(
        self,
        command: CommandAt,
        request: Request,
        success: Success,
        *,
        key: IdempotencyKey | None = None,
        expects: Expectation | None = None,
    ) -> Response:
        request_id, now = new_id(), self.clock()
        correlation = correlation_id() or str(request_id)

        def answer(decided: Decided) -> StoredAnswer:
            if decided.refusal is None:
                return success(decided)
            with correlated(correlation):  # the batch runs in a task of its own
                return answer_of_refusal(problem_of(decided.refusal), request)

        context = Context(
            command_id=request_id,
            correlation_id=_uuid_or(request_id, correlation),
            causation_id=request_id,
            actor=actor_of(None),
            now=now,
        )
        submission = Submission(command(now), context, key=key, expects=expects, answer=answer)
        return response_to(await self.commands.submit(submission))


def response_to(outcome: Outcome) -> Response:
    """The answer that was stored, now or before. Raises the problem that stands in its way."""
    match outcome:
        case Decided(answer=StoredAnswer() as answer):
            return response_of(answer, replayed=False)
        case Repeated(StoredAnswer() as answer):
            return response_of(answer, replayed=True)
        case KeyReused():
            raise IdempotencyKeyReused()
        case Stale(version):
            raise PreconditionFailed(f"The resource is at version {version} now; read it again.")
        case Failed(error):
            raise error
        case Decided() | Repeated() | Outdated():
            raise TypeError(f"no answer was made for {outcome}")


def _uuid_or(fallback: UUID, correlation: str) -> UUID:
    """Clients may send a correlation id of any form; stored events hold UUIDs."""
    with suppress(ValueError):
        return UUID(correlation)
    return fallback
