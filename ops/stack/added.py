"""Services that were added to the clone: every top-level `<name>_service` beside those that EventFlow consists of.

Each gets what they get: a database of its own with the three roles, a port, a process under the supervisor.
"""

from pathlib import Path

from ops.stack.home import CLONE

OWN = ("order", "payment", "inventory")
FIRST_PORT = 3010


def added_services(clone: Path = CLONE) -> tuple[str, ...]:
    """The names of the added services, in order (`sales` for `sales_service/main.py`)."""
    found = (path.parent.name.removesuffix("_service") for path in clone.glob("*_service/main.py"))
    return tuple(sorted(set(found) - set(OWN)))


ADDED = added_services()
