"""The first locks of a batch: what it hears and what it answers is claimed, so that nobody else does the same."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.database import idempotency_keys
from shared.messaging import inbox
from shared.runtime.attempt import Attempt, Pending
from shared.runtime.submissions import KeyReused, Repeated, Submission


async def claim(connection: AsyncConnection, batch: Sequence[Submission], attempt: Attempt) -> Pending:
    """What remains to be decided; the rest has its outcome: it was heard or answered before."""
    heard = {submission.heard for submission in batch if submission.heard is not None}
    attempt.claimed = await inbox.claim(connection, heard) if heard else set[UUID]()
    keys = {s.key.identity: s.key for s in reversed(batch) if s.key is not None}
    remembered = await idempotency_keys.claim(connection, keys.values(), batch[0].context.now) if keys else {}
    unheard = set(attempt.claimed)
    pending: Pending = []
    for index, submission in enumerate(batch):
        if submission.heard is not None and not submission.replayed and submission.heard not in unheard:
            attempt.outcomes[index] = Repeated()
            continue
        if submission.heard is not None:
            unheard.discard(submission.heard)  # its copy further down in the same batch is a repeat
        if submission.key is not None:
            known = remembered.get(submission.key.identity)
            if known is not None:
                same = known.fingerprint == submission.key.fingerprint
                attempt.outcomes[index] = Repeated(known.answer) if same else KeyReused()
                continue
            attempt.keys.setdefault(submission.key.identity, submission.key)
        pending.append((index, submission))
    return pending


async def take_back(connection: AsyncConnection, attempt: Attempt) -> None:
    """Claims of what came to nothing are not kept: it may be tried again."""
    if attempt.failed:
        await inbox.unclaim(connection, attempt.failed)
    unanswered = [key for identity, key in attempt.keys.items() if identity not in attempt.answers]
    if unanswered:
        await idempotency_keys.forget(connection, unanswered)
