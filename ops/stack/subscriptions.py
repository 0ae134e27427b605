"""What the added services hear, which the broker has to know before any of them runs."""

from importlib import import_module

from ops.stack.added import ADDED
from ops.stack.errors import StackError
from shared.messaging.topology import Subscription


def added_subscriptions() -> tuple[Subscription, ...]:
    """As each says in its `reactions.py`. StackError when one cannot be read."""
    return tuple(_subscription(service) for service in ADDED)


def _subscription(service: str) -> Subscription:
    module = f"{service}_service.reactions"
    try:
        return Subscription(service, tuple(import_module(module).REACTIONS))
    except (ImportError, SyntaxError, AttributeError) as error:
        raise StackError(
            f"What {service} hears cannot be read from {module}: {error}; correct that."
        ) from error
