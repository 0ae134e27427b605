"""What the broker says: which queues there are, what they are bound to, and how much lies in them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from ops.audit.snapshots import Unreachable
from ops.stack import rabbitmq
from ops.stack.site import Site


@dataclass(frozen=True, slots=True)
class Broker:
    """`messages` counts what lies in a queue, delivered or not; None while the broker has not counted yet.

    Its figures are up to ten seconds old (`collect_statistics_interval`). `bindings` holds `(exchange, key)` by queue.
    """

    messages: Mapping[str, int | None]
    bindings: Mapping[str, frozenset[tuple[str, str]]]

    def is_empty(self, queue: str) -> bool:
        return self.messages.get(queue) == 0

    def waiting(self, *queues: str) -> bool:
        """Whether something may lie in one of them."""
        return any(not self.is_empty(queue) for queue in queues if queue in self.messages)

    @property
    def service_queues(self) -> list[str]:
        """The main queues, of added services too: those with retry queues of their own."""
        return sorted(name for name in self.bindings if f"{name}.dead" in self.bindings)

    def types(self, queue: str) -> frozenset[str]:
        """The public types that the queue is bound to."""
        own = f"{queue.removesuffix('_queue')}_retry"
        return frozenset(key for exchange, key in self.bindings[queue] if exchange not in ("", own))


async def look_at_broker(site: Site) -> Broker:
    """Raises Unreachable."""
    return await asyncio.to_thread(_ask, site)


def _ask(site: Site) -> Broker:
    host = quote(site.virtual_host or "/", safe="")
    try:
        with rabbitmq.management(site) as management:
            queues: list[dict[str, Any]] = management.get(f"/api/queues/{host}").raise_for_status().json()
            bindings: list[dict[str, Any]] = management.get(f"/api/bindings/{host}").raise_for_status().json()
    except httpx.HTTPError as refusal:
        raise Unreachable(f"RabbitMQ does not answer ({refusal}); see ./eventflow status.") from refusal
    bound: dict[str, set[tuple[str, str]]] = {queue["name"]: set() for queue in queues}
    for binding in bindings:
        if binding["destination"] in bound:
            bound[binding["destination"]].add((binding["source"], binding["routing_key"]))
    return Broker(
        {queue["name"]: queue.get("messages") for queue in queues},
        {name: frozenset(keys) for name, keys in bound.items()},
    )
