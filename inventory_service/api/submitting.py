"""From a request to its committed answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request, Response

from inventory_service.api.refusals import problem_of
from inventory_service.domain.importing import ImportProducts
from inventory_service.domain.product import ProductCommand
from shared.http.actor import actor_of
from shared.http.idempotency import StoredAnswer, response_of
from shared.runtime.answering import answer_to, submission
from shared.runtime.commands import Commands
from shared.runtime.submissions import Decided, Expectation


@dataclass(frozen=True, slots=True)
class Submitter:
    """Commands of the API, made at the time that their events will bear."""

    commands: Commands
    clock: Callable[[], datetime]

    async def submit(
        self,
        request: Request,
        command: Callable[[datetime], ProductCommand | ImportProducts],
        answer: Callable[[Decided], StoredAnswer],
        *,
        key: str | None = None,
        expects: Expectation | None = None,
    ) -> Response:
        """`key` is the request's Idempotency-Key."""
        now = self.clock()
        submitted = await submission(
            request,
            command(now),
            answer,
            problem_of,
            actor=actor_of(request),
            now=now,
            key=key,
            expects=expects,
        )
        return response_of(answer_to(await self.commands.submit(submitted)))
