"""The bank's desk for dead letters: its router over HTTP, and letters as the drain would have stored them."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import ARRAY, TIMESTAMP, LargeBinary, Uuid, bindparam, text

from shared.eventsourcing.ids import new_id
from shared.eventsourcing.recorded import Recorded
from shared.http.application import create_application
from shared.identity.callers import OPS
from shared.messaging import incoming
from shared.messaging.letters import Letters
from shared.runtime.handling import Handler
from shared.runtime.letter_documents import LetterDocuments
from shared.runtime.letter_routes import letter_router
from shared.runtime.outside_calls import OutsideCall
from shared.runtime.replaying import Replayer
from shared.testing.identity import Signer
from tests.integration.platform.accounts import Deposited
from tests.integration.platform.broker import ORDER
from tests.integration.platform.teller import Teller
from tests.integration.platform.wire import REACTIONS, REGISTRY, body_of, publish

_STORE = text(
    "INSERT INTO dead_letters (id, queue, event_id, type, body, error, stack_trace, attempts, first_failed_at,"
    " last_failed_at, replayed) SELECT n.id, 'order_queue', n.event_id, 'bank.deposit_asked', n.body, :error, '', 4,"
    " :now, :now, :replayed FROM unnest(:ids, :event_ids, :bodies) AS n (id, event_id, body)"
).bindparams(
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("event_ids", type_=ARRAY(Uuid)),
    bindparam("bodies", type_=ARRAY(LargeBinary)),
    bindparam("now", type_=TIMESTAMP(timezone=True)),
)


def utc_now() -> datetime:
    return datetime.now(UTC)


def letter_by_post(recorded: Recorded) -> OutsideCall | None:
    """The bank writes to whoever got much."""
    if not isinstance(recorded.event, Deposited) or recorded.event.amount < 1_000:
        return None
    return OutsideCall("post", "letter", str(recorded.row_id), {"words": 3}, recorded.time)


@dataclass(frozen=True)
class LetterDesk:
    """What it answers is the document of the answer, whose status has to be as `expected`."""

    http: httpx.AsyncClient
    teller: Teller
    letters: Letters
    replayer: Replayer

    async def ask(self, method: str, path: str = "", expected: int = 200, **request: Any) -> Any:
        answer = await self.http.request(method, f"/dead-letters{path}", **request)
        assert answer.status_code == expected, answer.text
        return answer.json()

    async def replay(self, letter_id: UUID, **query: Any) -> Any:
        return await self.ask("POST", f"/{letter_id}/replay", params=query)

    async def show(self, letter_id: UUID) -> Any:
        return await self.ask("GET", f"/{letter_id}")

    async def put(self, event: Any, error: str = "RuntimeError: no luck", *, replayed: bool = False) -> UUID:
        """An open letter with this event; bytes are a body that is none."""
        [letter_id] = await self.put_all([event], error, replayed=replayed)
        return letter_id

    async def put_all(
        self, events: Sequence[Any], error: str = "RuntimeError: no luck", *, replayed: bool = False
    ) -> list[UUID]:
        ids = [new_id() for _ in events]
        letters = {
            "ids": ids,
            "event_ids": [incoming.event_id_of(event) for event in events],
            "bodies": [event if isinstance(event, bytes) else body_of(event) for event in events],
            "error": error,
            "now": utc_now(),
            "replayed": replayed,
        }
        async with self.teller.engine.begin() as connection:
            await connection.execute(_STORE, letters)
        return ids

    async def claimed(self, event: dict[str, Any]) -> bool:
        """Whether the inbox knows the event."""
        found = await self.teller.value("SELECT count(*) FROM inbox WHERE event_id = :id", id=event["id"])
        return found == 1


@asynccontextmanager
async def letter_desk(teller: Teller, handler: Handler | None = None) -> AsyncGenerator[LetterDesk]:
    """With `handler`, that one handles the events."""
    handler = handler or teller.handler
    letters = Letters(teller.engine, teller.engine, ORDER.queue)
    replayer = Replayer(
        service="order",
        handler=handler,
        letters=letters,
        reactions=REACTIONS,
        clock=utc_now,
        registry=REGISTRY,
    )
    documents = LetterDocuments(ORDER, handler.store, publish, letter_by_post)
    router = letter_router(letters, replayer, documents, utc_now)
    signer = Signer()
    application = create_application(
        title="bank", version="1", routers=[router], health_checks=[], verifier=signer.verifier()
    )
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(application),
        base_url="http://bank",
        headers=signer.headers(OPS, "ann"),
        timeout=60,
    ) as http:
        yield LetterDesk(http, teller, letters, replayer)
