"""Every kind of thing that goes wrong in a story, under the name by which it is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from payment_service.provider_calls import ChargeCall, RefundCall
from payment_service.providers.fake import Mishap as ProviderMishap

ACKNOWLEDGE = "acknowledge"
COMMITTING: Sequence[str] = ("commit", "committed")
POINTS: Sequence[str] = ("claim", "insert", "lock", "write", "append", *COMMITTING)


@dataclass(frozen=True, slots=True)
class Mishap:
    """Before the point `at`, the process dies or its connection is cut. At "committed", COMMIT has taken effect.

    What "is cut off" finds no way back to its database: it cannot look up either whether COMMIT took effect.
    """

    kind: Literal["dies", "is cut", "is cut off"]
    at: str

    def __str__(self) -> str:
        return f"{self.kind} before {self.at}" if self.at != "committed" else f"{self.kind} after COMMIT"


MISHAPS: Sequence[Mishap] = (
    *(Mishap("dies", at) for at in (*POINTS, ACKNOWLEDGE)),
    *(Mishap("is cut", at) for at in POINTS),
    *(Mishap("is cut off", at) for at in COMMITTING),
)


def of_provider(mishap: ProviderMishap, kind: str) -> str:
    """`kind` is the call's."""
    return f"provider {mishap} at a {kind}"


OVERTAKEN = "a message is overtaken"
LATE = "a message is overtaken by ten or more"
REPEATED = "a message comes again"
TOGETHER = "several processes at once"
ASKED_TWICE = "a second process asks the provider"
LONG = "twenty minutes pass at once"
EXPIRY_TICK = "a look for orders to expire"

RELAY_DIES = "relay dies before its checkpoint"
RELAY_LOSES = "relay loses what it told"
PROVIDER_SILENT = "provider gives no answer for a test method"
ANSWERS_LOST = "dies with the provider's answers"
BROKER_GONE = "the broker is gone"
BROKER_GONE_LONG = "the broker is gone for longer than the expiry"
INBOX_EMPTIED = "an inbox is emptied"

UNTIMELY: Sequence[str] = (OVERTAKEN, LATE, REPEATED, TOGETHER, ASKED_TWICE, LONG, EXPIRY_TICK)
"""Everything works, but nothing comes when it is expected."""
FAILURES: Sequence[str] = (
    *map(str, MISHAPS),
    RELAY_DIES,
    RELAY_LOSES,
    *(of_provider(mishap, kind) for mishap in ProviderMishap for kind in (ChargeCall.kind, RefundCall.kind)),
    PROVIDER_SILENT,
    ANSWERS_LOST,
    BROKER_GONE,
    BROKER_GONE_LONG,
    INBOX_EMPTIED,
)
"""Something breaks."""
FAULTS: Sequence[str] = (*UNTIMELY, *FAILURES)
