"""What the service tells others: nothing so far."""

from shared.contracts import Contract
from shared.eventsourcing.recorded import Recorded


def publish(_: Recorded) -> Contract | None:
    """The public form of a stored event; None for what concerns nobody else."""
    return None
