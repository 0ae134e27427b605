"""How many connections a listener holds at most, and which one has to go when there are more: the one idle longest."""

from __future__ import annotations

import resource
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Protocol

from shared.observability.metrics import CUT_CONNECTIONS

MOST_CONNECTIONS = 4_000
MOST_OF_ONE_NETWORK = 1_000
# Bytes of answers that clients do not read. A page of the largest orders is 8 MB.
MOST_UNREAD = 64 * 1024 * 1024
# Files, databases, the broker and the other listeners of the process have to find room as well.
_DESCRIPTORS_FOR_OTHERS = 256


class Connection(Protocol):
    """`network` is where its client is; `drop` closes it at once, whatever is under way."""

    network: str

    def drop(self) -> None: ...


_Idle = OrderedDict[Connection, None]


@dataclass(slots=True)
class _Network:
    count: int = 0
    idle: _Idle = field(default_factory=_Idle)


class Crowd:
    """The connections of one listener. One is idle while it waits for its client: for a whole request, or to read the answer.

    So connections that send nothing, or little by little, keep nobody out.
    """

    def __init__(self) -> None:
        descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        self._most = max(1, min(MOST_CONNECTIONS, descriptors - _DESCRIPTORS_FOR_OTHERS))
        self._count = 0
        self._idle = _Idle()
        self._networks: dict[str, _Network] = {}
        self._unread: OrderedDict[Connection, int] = OrderedDict()
        self._unread_in_all = 0

    def join(self, connection: Connection) -> None:
        """Somebody has connected. Where that is one too many, another is dropped, or this one when none is idle."""
        network = self._networks.setdefault(connection.network, _Network())
        self._count += 1
        network.count += 1
        self.idle(connection)
        if network.count > MOST_OF_ONE_NETWORK:
            self._make_room(network.idle)
        elif self._count > self._most:
            self._make_room(self._idle)

    def leave(self, connection: Connection) -> None:
        self.busy(connection)
        self.reads_on(connection)
        network = self._networks[connection.network]
        self._count -= 1
        network.count -= 1
        if not network.count:
            del self._networks[connection.network]

    def busy(self, connection: Connection) -> None:
        """Its request is here; what happens next is up to us."""
        self._idle.pop(connection, None)
        self._networks[connection.network].idle.pop(connection, None)

    def idle(self, connection: Connection) -> None:
        """It is for its client to go on."""
        self._idle[connection] = None
        self._networks[connection.network].idle[connection] = None

    def stalls(self, connection: Connection, unread: int) -> None:
        """Its client leaves so many bytes unread. Where that is too much in all, those that stall longest are dropped."""
        self.idle(connection)
        self.reads_on(connection)
        self._unread[connection] = unread
        self._unread_in_all += unread
        while self._unread_in_all > MOST_UNREAD:
            self._drop(next(iter(self._unread)), "stalled")

    def reads_on(self, connection: Connection) -> None:
        self._unread_in_all -= self._unread.pop(connection, 0)

    def _make_room(self, idle: _Idle) -> None:
        self._drop(next(iter(idle)), "crowded")

    def _drop(self, connection: Connection, why: str) -> None:
        self.busy(connection)
        self.reads_on(connection)
        CUT_CONNECTIONS.labels(why).inc()
        connection.drop()
