"""Ports: the usual ones where they are free, others where they are not, then always the same."""

import json
import random
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ops.stack.added import ADDED, FIRST_PORT
from ops.stack.errors import StackError
from ops.stack.home import Home, write_whole

USUAL = {
    "frontend": 3000,
    "order": 3001,
    "payment": 3002,
    "inventory": 3003,
    "gateway": 3004,
    "socket": 3005,
    "issuer": 3006,
    "order_db": 5432,
    "payment_db": 5433,
    "inventory_db": 5434,
    "rabbitmq": 5672,
    "rabbitmq_management": 15672,
    "rabbitmq_dist": 25673,
    "epmd": 24369,  # not Erlang's own 4369: nodes of others must never meet in our port mapper
    "redis": 6379,
    "supervisor": 9001,
    # A process shows its metrics on a port of its own.
    **{
        f"{process}_metrics": 9101 + place
        for place, process in enumerate(
            ("order-1", "order-2", "payment", "inventory", "gateway", "issuer", *ADDED)
        )
    },
    **{name: FIRST_PORT + place for place, name in enumerate(ADDED)},
}
# Below every system's ephemeral range: an outgoing connection must not take a port that we gave away.
OTHERS = range(20000, 32000)


@dataclass(slots=True)
class Reservation:
    """Ports that nobody else can take until `release`, which is called just before the servers bind them."""

    ports: dict[str, int]
    held: list[socket.socket] = field(default_factory=list[socket.socket])

    def release(self) -> None:
        while self.held:
            self.held.pop().close()


def choose(names: Iterable[str], *, prefer_usual: bool, taken: Iterable[int] = ()) -> Reservation:
    """Chooses a free port for every name in one pass, holding each one, so that no two are alike."""
    used = set(taken)
    reservation = Reservation({})
    for name in names:
        candidates = [USUAL[name]] if prefer_usual else []
        candidates += random.sample(OTHERS, 200)
        for port in candidates:
            if port not in used and (holding := hold(port)):
                used.add(port)
                reservation.ports[name] = port
                reservation.held.append(holding)
                break
        else:
            reservation.release()
            raise StackError(f"No free port was found for {name}; close some programs and try again.")
    return reservation


def hold(port: int) -> socket.socket | None:
    """A listening socket on the port, or None when another program has it."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            return None
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(1)
    except OSError:
        listener.close()
        return None
    return listener


def load(home: Home) -> dict[str, int] | None:
    """The ports chosen before, or None when this home has none yet."""
    if not home.ports_file.exists():
        return None
    ports: dict[str, int] = json.loads(home.ports_file.read_text())
    return ports


def save(home: Home, ports: Mapping[str, int]) -> None:
    write_whole(home.ports_file, json.dumps(ports, indent=2) + "\n")


def settle(
    home: Home, *, prefer_usual: bool = True, ours: Iterable[str] = ()
) -> tuple[Reservation, list[str]]:
    """The home's ports, all of them usable: those chosen before unless another program has taken one since.

    `ours` names the ports on which this home's own processes listen now. Returns the reservation of the others
    and the names that had to move.
    """
    before = load(home) or {}
    mine = set(ours)
    kept = Reservation({})
    for name, port in before.items():
        if name in mine:
            kept.ports[name] = port
        elif name in USUAL and (holding := hold(port)):
            kept.ports[name] = port
            kept.held.append(holding)
    missing = [name for name in USUAL if name not in kept.ports]
    chosen = choose(missing, prefer_usual=prefer_usual, taken=before.values())
    kept.ports.update(chosen.ports)
    kept.held.extend(chosen.held)
    if kept.ports != before:
        save(home, kept.ports)
    return kept, [name for name in missing if name in before]
