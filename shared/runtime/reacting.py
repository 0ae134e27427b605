"""Reactions as submissions: the consumer's way into the handling."""

from collections.abc import Sequence

from shared.database.faults import ENVIRONMENT_FAULTS, LockedByAnother
from shared.messaging.consumer import HandleReactions, Reacting
from shared.runtime.handling import Handler
from shared.runtime.submissions import Failed, Submission


def handle_reactions(handler: Handler) -> HandleReactions:
    """Handles heard events, each claimed in the inbox. A refusal by the domain is an end like any other: no error.

    When the environment failed in the middle of a batch that was run one by one, the batch as a whole is unfinished:
    run again, what is committed already is a repeat. What somebody else holds locked comes back as its own event's error.
    """

    async def handle(batch: Sequence[Reacting]) -> list[Exception | None]:
        outcomes = await handler.handle(
            [
                Submission(
                    command=reacting.command,
                    context=reacting.context,
                    heard=reacting.heard.id,
                    replayed=reacting.replayed,
                )
                for reacting in batch
            ]
        )
        errors = [outcome.error if isinstance(outcome, Failed) else None for outcome in outcomes]
        for error in errors:
            if isinstance(error, ENVIRONMENT_FAULTS) and not isinstance(error, LockedByAnother):
                raise error
        return errors

    return handle
