"""What is handed to the handling, and what comes back for each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.eventsourcing.metadata import Context
from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.rows import Rows, Table
from shared.http.idempotency import IdempotencyKey, StoredAnswer
from shared.messaging.letter_claims import LetterClaim


@dataclass(frozen=True, slots=True)
class Decided:
    """The command was decided and, once this is seen outside the batch, committed.

    `refusal` is the domain's, or None; without a refusal and without events it was a repeat. `rows` holds the rows
    that it changed as they stood right after, and the others of its batch as the batch leaves them; `answer` is what
    the submission made of it.
    """

    refusal: Any
    events: Sequence[Recorded]
    rows: Rows
    answer: StoredAnswer | None = None


@dataclass(frozen=True, slots=True)
class Repeated:
    """Already handled: the event was claimed, the idempotency key answered, or the dead letter closed before."""

    answer: StoredAnswer | None = None


@dataclass(frozen=True, slots=True)
class KeyReused:
    """The idempotency key belongs to a request with another body."""


@dataclass(frozen=True, slots=True)
class Stale:
    """The row is not at the version that the caller had seen."""

    version: int


@dataclass(frozen=True, slots=True)
class Failed:
    """Deciding or storing this one raised; its claim was taken back and nothing of it was kept.

    `error` is a DatabaseFault of the environment's when its batch was being run one by one and could not be finished.
    """

    error: Exception


@dataclass(frozen=True, slots=True)
class Outdated:
    """What the submission was prepared with is gone (a key that sealed a field): prepare it again."""


Outcome = Decided | Repeated | KeyReused | Stale | Failed | Outdated


@dataclass(frozen=True, slots=True)
class Expectation:
    """The caller acts on what it has seen: `accepts(version)` says whether the row is still that."""

    table: Table[Any]
    row_id: str
    accepts: Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class Submission:
    """One command on its way to a decision; without a command only its claim is recorded.

    `heard` is the id of the event it reacts to, claimed in the inbox; with `replayed` the claim is recorded but does
    not decide. `key` is claimed likewise, and `answer`, computed from the decision, is stored with it. `letter` is the
    dead letter that the event was found in, closed when it is decided.
    """

    command: Any | None
    context: Context
    heard: UUID | None = None
    replayed: bool = False
    key: IdempotencyKey | None = None
    expects: Expectation | None = None
    answer: Callable[[Decided], StoredAnswer] | None = None
    letter: LetterClaim | None = None

    def took_effect(self, decided: Decided) -> bool:
        """Whether this command, so decided, has changed anything."""
        return self.command is not None and (bool(decided.events) or any(decided.rows.items()))
