"""How every queue stands, from the broker's management API: asked at most once a second, however many look."""

import asyncio
import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from urllib.request import OpenerDirector, ProxyHandler, Request, build_opener

import orjson

_CACHED_SECONDS = 1.0
_TIMEOUT_SECONDS = 3.0
_COLUMNS = "name,type,messages,messages_ready,messages_unacknowledged,consumers,message_stats,state"


class BrokerDoesNotAnswer(Exception):
    """The management API is away, or refuses us."""


@dataclass(frozen=True, slots=True)
class QueueState:
    """Messages now, and messages per second as the broker last measured them."""

    name: str
    kind: str
    ready: int
    unacknowledged: int
    consumers: int
    published_per_s: float
    delivered_per_s: float
    acknowledged_per_s: float


class Queues:
    """The queues of the virtual host of `broker_url`."""

    def __init__(self, management_url: str, broker_url: str) -> None:
        parts = urlsplit(broker_url)
        virtual_host = unquote(parts.path.removeprefix("/")) or "/"
        login = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
        self._request = Request(
            f"{management_url.rstrip('/')}/api/queues/{quote(virtual_host, safe='')}?columns={_COLUMNS}",
            headers={"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"},
        )
        self._opener = build_opener(ProxyHandler({}))
        self._asking = asyncio.Lock()
        self._known: tuple[float, Sequence[QueueState]] | None = None

    async def states(self) -> Sequence[QueueState]:
        """By name; at most a second old. Raises BrokerDoesNotAnswer."""
        loop = asyncio.get_running_loop()
        async with self._asking:
            if self._known is None or loop.time() - self._known[0] > _CACHED_SECONDS:
                found = await asyncio.to_thread(_ask, self._opener, self._request)
                self._known = loop.time(), found
            return self._known[1]


def _ask(opener: OpenerDirector, request: Request) -> Sequence[QueueState]:
    try:
        with opener.open(request, timeout=_TIMEOUT_SECONDS) as answer:
            document = orjson.loads(answer.read())
    except (OSError, ValueError, HTTPException) as error:  # HTTPException: no HTTP came back
        raise BrokerDoesNotAnswer(str(error)) from error
    return sorted((_state(queue) for queue in document), key=lambda state: state.name)


def _state(queue: Mapping[str, Any]) -> QueueState:
    statistics = queue.get("message_stats", {})

    def rate(name: str) -> float:
        return float(statistics.get(f"{name}_details", {}).get("rate", 0))

    return QueueState(
        queue["name"],
        queue.get("type", "classic"),
        queue.get("messages_ready", 0),
        queue.get("messages_unacknowledged", 0),
        queue.get("consumers", 0),
        rate("publish"),
        rate("deliver_get"),
        rate("ack"),
    )
