"""Dead letters handled again: the same reading, reaction and handling as when their events first came.

In a transaction of its own in this process, not over the broker: so the answer is what came of it, not that it was sent.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.contracts import REGISTRY, Contract
from shared.database.faults import ENVIRONMENT_FAULTS, CommitUnknown, Unavailable
from shared.eventsourcing.recorded import Recorded
from shared.messaging import incoming
from shared.messaging.incoming import Misunderstood, Unreadable
from shared.messaging.letter_claims import LetterClaim
from shared.messaging.letters import Failure, Letter, Letters, LetterWithBody, error_text
from shared.messaging.reactions import Reactions, context_of
from shared.runtime.handling import Handler
from shared.runtime.rehearsal import Rehearsal, rehearse
from shared.runtime.submissions import Decided, Failed, Outcome, Repeated, Submission

Ending = Literal[
    "took_effect", "changed_nothing", "already_processed", "failed_again", "discarded", "not_yet"
]


@dataclass(frozen=True, slots=True)
class Replayed:
    """How the replay of one letter ended.

    changed_nothing: handled for the first time, and there was nothing to do. discarded: not handled, since somebody had
    discarded it. not_yet: the environment failed before it was its turn; `error` says how, as it does of failed_again.
    """

    letter: Letter
    ending: Ending
    events: Sequence[Recorded] = ()
    error: str | None = None


class Replayer:
    """Handles dead letters of one service again."""

    def __init__(
        self,
        *,
        service: str,
        handler: Handler,
        letters: Letters,
        reactions: Reactions,
        clock: Callable[[], datetime],
        registry: Mapping[str, type[Contract]] = REGISTRY,
    ) -> None:
        self._service = service
        self._handler = handler
        self._letters = letters
        self._reactions = reactions
        self._clock = clock
        self._registry = registry

    async def replay(self, found: Sequence[LetterWithBody], by: str) -> list[Replayed]:
        """One each, in their order; in one transaction where nothing goes wrong.

        Raises Unavailable when nothing was committed, CommitUnknown when some may be: a repeat will tell.
        """
        now = self._clock()
        ends: dict[int, Replayed] = {}
        submissions: dict[int, Submission] = {}
        failures: list[Failure] = []
        for index, one in enumerate(found):
            if one.letter.status == "DISCARDED":
                ends[index] = Replayed(one.letter, "discarded")
                continue
            try:
                submissions[index] = self._submission(one, by, now)
            except Exception as error:  # noqa: BLE001 - as in the consumer: one letter's bug is not its neighbours'
                failures.append(Failure(one.letter.id, error))
                ends[index] = Replayed(one.letter, "failed_again", error=error_text(error))
        outcomes = await self._handler.handle(list(submissions.values())) if submissions else []
        ended = list(zip(submissions.items(), outcomes, strict=True))
        repeated = [found[index].letter.id for (index, _), outcome in ended if isinstance(outcome, Repeated)]
        try:
            closed = await self._settled(repeated, by, now)
            for (index, submission), outcome in ended:
                letter = found[index].letter
                ends[index] = _ending(closed.get(letter.id, letter), submission, outcome)
                if isinstance(outcome, Failed) and ends[index].ending == "failed_again":
                    failures.append(Failure(letter.id, outcome.error))
            if failures:
                await self._letters.note_failures(failures, now)
        except Unavailable as fault:
            raise CommitUnknown(str(fault)) from fault
        return [ends[index] for index in range(len(found))]

    async def rehearse(self, one: LetterWithBody) -> tuple[Replayed, Rehearsal | None]:
        """How its replay would end now, and what it would change; None when it would not even be handled.

        Nothing is changed or sent. Raises Unavailable.
        """
        if one.letter.status == "DISCARDED":
            return Replayed(one.letter, "discarded"), None
        try:
            submission = self._submission(one, "", self._clock())
        except Exception as error:  # noqa: BLE001 - as above
            return Replayed(one.letter, "failed_again", error=error_text(error)), None
        rehearsal = await rehearse(self._handler, submission)
        return _ending(one.letter, submission, rehearsal.outcome), rehearsal

    def _submission(self, one: LetterWithBody, by: str, now: datetime) -> Submission:
        """The letter on its way to being handled. Raises ContractViolation, or whatever the reaction raises."""
        first, *others = incoming.read_message(one.body, self._registry)
        if isinstance(first, Misunderstood):
            raise first.error
        if others:
            raise Unreadable(f"a message of {1 + len(others)} events that cannot be told apart")
        heard = first.heard
        data: Contract = heard.data
        react = self._reactions.get(type(data))
        return Submission(
            command=react(heard) if react is not None else None,
            context=context_of(heard, self._service, now),
            heard=heard.id,
            replayed=one.letter.replayed,
            letter=LetterClaim(one.letter.id, by),
        )

    async def _settled(self, repeated: Sequence[UUID], by: str, now: datetime) -> Mapping[UUID, Letter]:
        """What was processed before is closed, if nobody has closed it; the letters as they then stand."""
        if not repeated:
            return {}
        await self._letters.settle(repeated, by, now)
        return {letter_id: one.letter for letter_id, one in (await self._letters.find(repeated)).items()}


def _ending(letter: Letter, submission: Submission, outcome: Outcome) -> Replayed:
    match outcome:
        case Decided(events=events) if submission.took_effect(outcome):
            return Replayed(letter, "took_effect", events)
        case Decided():
            return Replayed(letter, "changed_nothing")
        case Repeated():
            return Replayed(letter, "discarded" if letter.status == "DISCARDED" else "already_processed")
        case Failed(error):
            ours = not isinstance(error, ENVIRONMENT_FAULTS)
            return Replayed(letter, "failed_again" if ours else "not_yet", error=error_text(error))
        case _:
            raise TypeError(f"no reaction ends as {outcome}")
