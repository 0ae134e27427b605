"""What is done to the arena, drawn from a seed: every named point and every part, in an order of chance."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ops.stack.site import GATEWAY
from shared.crash_points import CrashPoint
from tests.chaos.arena import DATABASES, GATEWAYS, INSTANCES, PROCESSES

# An order to die is carried out by whoever passes the point for the n-th time from then on; n is at most this.
MOST_PASSINGS = 20


class Deed(StrEnum):
    """What is done. KILL is SIGKILL to a part at no chosen moment; AT_POINT has a part kill itself at a named point."""

    AT_POINT = "killed at a named point"
    KILL = "killed at random"
    KILL_LEADER = "leading relay killed"
    ASK_TO_STOP = "asked to stop (SIGTERM)"
    SILENCE = "connections cut silently"
    PROVIDER_IN_VAIN = "provider times out for one instance"


@dataclass(frozen=True, slots=True)
class Fault:
    """`target` is a part, or a service where whichever of its instances may be hit."""

    deed: Deed
    target: str
    point: CrashPoint | None = None
    passings: int = 0


def points_of(service: str) -> Sequence[CrashPoint]:
    """Where a service can be told to die: only payments ask the provider."""
    return [point for point in CrashPoint if point is not CrashPoint.ANSWERED or service == "payment"]


def plan(chance: random.Random, doses: int) -> list[Fault]:
    """A dose has 35 kills: each point of each service, every process once or twice, every leader, every server."""
    faults: list[Fault] = []
    for _ in range(doses):
        for service in INSTANCES:
            faults += [
                Fault(Deed.AT_POINT, service, point, chance.randint(1, MOST_PASSINGS))
                for point in points_of(service)
            ]
            faults += [Fault(Deed.KILL_LEADER, service), Fault(Deed.SILENCE, service)]
            faults += [Fault(Deed.ASK_TO_STOP, chance.choice(INSTANCES[service]))]
            faults += [Fault(Deed.KILL, name) for name in INSTANCES[service]]
        faults += [Fault(Deed.KILL, name) for name in (*PROCESSES, *DATABASES, "rabbitmq", "redis")]
        faults += [Fault(Deed.ASK_TO_STOP, chance.choice(GATEWAYS)), Fault(Deed.SILENCE, GATEWAY)]
        faults += [Fault(Deed.PROVIDER_IN_VAIN, "payment-2")]
    chance.shuffle(faults)
    return faults
