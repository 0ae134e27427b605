"""The first locks of a batch: what it hears and what it answers is claimed, so that nobody else does the same."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.database import idempotency_keys
from shared.messaging import inbox
from shared.messaging.letter_claims import CHANGED_NOTHING, TOOK_EFFECT, close_letters, lock_open_letters
from shared.runtime.attempt import Attempt, Pending
from shared.runtime.submissions import Decided, KeyReused, Repeated, Submission


async def claim(connection: AsyncConnection, batch: Sequence[Submission], attempt: Attempt) -> Pending:
    """What remains to be decided; the rest has its outcome: it was heard or answered before."""
    await _claim_letters(connection, batch, attempt)
    heard = {
        submission.heard
        for index, submission in enumerate(batch)
        if submission.heard is not None and index not in attempt.outcomes
    }
    attempt.claimed = await inbox.claim(connection, heard) if heard else set[UUID]()
    keys = {s.key.identity: s.key for s in reversed(batch) if s.key is not None}
    remembered = await idempotency_keys.claim(connection, keys.values(), batch[0].context.now) if keys else {}
    unheard = set(attempt.claimed)
    pending: Pending = []
    for index, submission in enumerate(batch):
        if index in attempt.outcomes:
            continue
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


async def _claim_letters(connection: AsyncConnection, batch: Sequence[Submission], attempt: Attempt) -> None:
    """Before anything else: what was closed meanwhile must leave no claim behind."""
    letters = {submission.letter.letter_id for submission in batch if submission.letter is not None}
    if not letters:
        return
    attempt.letters = await lock_open_letters(connection, letters)
    for index, submission in enumerate(batch):
        if submission.letter is not None and submission.letter.letter_id not in attempt.letters:
            attempt.outcomes[index] = Repeated()


async def close_decided_letters(
    connection: AsyncConnection, batch: Sequence[Submission], attempt: Attempt
) -> None:
    """What was decided is committed with its letter closed; all others keep their letters open."""
    endings = {
        submission.letter: TOOK_EFFECT if submission.took_effect(outcome) else CHANGED_NOTHING
        for index, submission in enumerate(batch)
        if submission.letter is not None and isinstance(outcome := attempt.outcomes.get(index), Decided)
    }
    if endings:
        await close_letters(connection, endings, batch[0].context.now)


async def take_back(connection: AsyncConnection, attempt: Attempt) -> None:
    """Claims of what came to nothing are not kept: it may be tried again."""
    if attempt.failed:
        await inbox.unclaim(connection, attempt.failed)
    unanswered = [key for identity, key in attempt.keys.items() if identity not in attempt.answers]
    if unanswered:
        await idempotency_keys.forget(connection, unanswered)
