"""What one run over a batch has come to so far; thrown away whole when the run is repeated."""

from dataclasses import dataclass, field
from uuid import UUID

from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.rows import Rows
from shared.http.idempotency import IdempotencyKey, StoredAnswer
from shared.runtime.submissions import Failed, Outcome, Submission

Pending = list[tuple[int, Submission]]
KeyIdentity = tuple[str, str]
RowIdentity = tuple[str, str]


@dataclass(slots=True)
class Attempt:
    """`held` are the rows (table's name, id) that may be written: locked, or `fresh` and to be inserted.

    `letters` are the dead letters that were open, locked by this transaction. `doubtful` rows may be stuck, locked by
    somebody who does not let go: they are looked at before they are waited for. `stuck` are those that proved to be.
    """

    doubtful: set[RowIdentity] = field(default_factory=set[RowIdentity])
    stuck: set[RowIdentity] = field(default_factory=set[RowIdentity])
    rows: Rows = field(default_factory=Rows)
    outcomes: dict[int, Outcome] = field(default_factory=dict[int, Outcome])
    events: list[Recorded] = field(default_factory=list[Recorded])
    held: set[RowIdentity] = field(default_factory=set[RowIdentity])
    fresh: set[RowIdentity] = field(default_factory=set[RowIdentity])
    changed: Rows = field(default_factory=Rows)
    claimed: set[UUID] = field(default_factory=set[UUID])
    failed: set[UUID] = field(default_factory=set[UUID])
    letters: set[UUID] = field(default_factory=set[UUID])
    keys: dict[KeyIdentity, IdempotencyKey] = field(default_factory=dict[KeyIdentity, IdempotencyKey])
    answers: dict[KeyIdentity, tuple[IdempotencyKey, StoredAnswer]] = field(
        default_factory=dict[KeyIdentity, tuple[IdempotencyKey, StoredAnswer]]
    )

    def fail(self, index: int, submission: Submission, error: Exception) -> None:
        """Sets one input aside; its claim is to be taken back, unless an earlier commit had made it."""
        self.outcomes[index] = Failed(error)
        if submission.heard is not None and submission.heard in self.claimed:
            self.failed.add(submission.heard)
