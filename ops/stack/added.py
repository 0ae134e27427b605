"""Services that were added to the clone: every top-level `<name>_service` beside those that EventFlow consists of.

Each gets what they get: a database of its own with the three roles, a port, a process under the supervisor.
"""

from importlib import import_module
from pathlib import Path

from ops.stack.errors import StackError
from ops.stack.home import CLONE
from shared.messaging.topology import Subscription

OWN = ("order", "payment", "inventory")
FIRST_PORT = 3010


def added_services(clone: Path = CLONE) -> tuple[str, ...]:
    """The names of the added services, in order (`sales` for `sales_service/main.py`)."""
    found = (path.parent.name.removesuffix("_service") for path in clone.glob("*_service/main.py"))
    return tuple(sorted(set(found) - set(OWN)))


ADDED = added_services()


def added_subscriptions() -> tuple[Subscription, ...]:
    """What the added services hear, as each says in its `reactions.py`. StackError when one cannot be read."""
    return tuple(_subscription(service) for service in ADDED)


def _subscription(service: str) -> Subscription:
    module = f"{service}_service.reactions"
    try:
        return Subscription(service, tuple(import_module(module).REACTIONS))
    except (ImportError, SyntaxError, AttributeError) as error:
        raise StackError(
            f"What {service} hears cannot be read from {module}: {error}; correct that."
        ) from error
