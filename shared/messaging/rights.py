"""What each user of the broker may do: write its own exchange and its own failures, read its own queues, make nothing.

A right is a regular expression over names of exchanges and queues: to publish is to write an exchange, to consume is to
read a queue. To bind takes a write of the queue and a read of the exchange, which nobody has together. To ask how many
messages a queue holds takes no right at all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from shared.messaging.topology import NOTIFICATION_STREAM, SUBSCRIPTIONS, Subscription
from shared.messaging.users import GATEWAY, OPERATOR, REPLAYER

NOTHING = "^$"


@dataclass(frozen=True, slots=True)
class Rights:
    """`tags` say what the management API answers: nothing without one, sights alone with those used here."""

    write: str = NOTHING
    read: str = NOTHING
    tags: tuple[str, ...] = ()
    configure: str = NOTHING


def rights(*added: Subscription) -> Mapping[str, Rights]:
    """The rights of every user but the administrator, by name; those of added services too."""
    subscriptions = tuple(dict.fromkeys((*SUBSCRIPTIONS.values(), *added)))
    services = {
        f"{subscription.service}_service": _of_service(subscription) for subscription in subscriptions
    }
    return services | {
        # It shows how the queues stand, which is the management API's to say.
        GATEWAY: Rights(read=_only(NOTIFICATION_STREAM), tags=("management",)),
        OPERATOR: Rights(tags=("monitoring",)),
        REPLAYER: Rights(write=_only(*(subscription.retry_exchange for subscription in subscriptions))),
    }


def _of_service(subscription: Subscription) -> Rights:
    """Its delayed messages come back by themselves: not even the service reads its retry queues."""
    return Rights(
        write=_only(subscription.event_exchange, subscription.retry_exchange),
        read=_only(subscription.queue, subscription.dead),
    )


def _only(*names: str) -> str:
    return f"^({'|'.join(map(re.escape, names))})$"
