"""What is driven: EventFlow or the bare pipeline. Both are measured by the same code from the same places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ops.stack.processes import ProcessRecord


@dataclass(frozen=True, slots=True)
class Subject:
    """A system that takes `POST /orders` and stores `order.confirmed` in a table `events`, position by position.

    `bodies` are what is posted, in turn; `events_url` is a login that may read the table. `processes` are the roots of
    everything that works for it, by the names that the report gives them. `token` is what every post bears.
    """

    name: str
    port: int
    bodies: Sequence[str]
    token: str
    events_url: str
    rabbitmq_url: str
    queues: Sequence[str]
    processes: Mapping[str, ProcessRecord]
