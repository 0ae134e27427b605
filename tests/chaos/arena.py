"""The arena: a stack of its own with two instances of each service and two gateways, every one of which can be told to die.

The second of each reaches its servers over wires that can go dead; the first is connected directly. Instances of a
service share its port; each gateway has ports of its own, and whoever follows one comes back to the other.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ops.stack import ports, services
from ops.stack.lifecycle import Stack
from ops.stack.parts import Part
from ops.stack.site import GATEWAY, HOST, ISSUER, SERVER_OF, SOCKET, Site
from ops.stack.temporary import make_temporary_home
from ops.stack.waiting import wait_until_ready
from shared.crash_points import VARIABLE, CrashPoint
from tests.chaos.wires import Wire, wired

INSTANCES = {service: (f"{service}-1", f"{service}-2") for service in ("order", "payment", "inventory")}
GATEWAYS = (f"{GATEWAY}-1", f"{GATEWAY}-2")
PROCESSES = (*(name for names in INSTANCES.values() for name in names), *GATEWAYS)
DATABASES = ("order_db", "payment_db", "inventory_db")
# The provider is always a little late and sometimes fails: half of the failures when money has moved already.
PROVIDER = {"PROVIDER_LATENCY_MS": "30", "PROVIDER_ERROR_RATE": "0.05"}
# Longer than the payment service waits for an answer.
PROVIDER_IN_VAIN = {**PROVIDER, "PROVIDER_LATENCY_MS": "12000"}

# From a part to its servers, by the server's name.
Wires = Mapping[str, Wire]


@dataclass(frozen=True, slots=True)
class Arena:
    """`wires` are those of the second instance of a service, or of the gateway; `gateways` the site as each shows it."""

    stack: Stack
    site: Site
    gateways: Sequence[Site]
    parts: Mapping[str, Part]
    wires: Mapping[str, Wires]

    async def pids(self) -> dict[str, int]:
        """The processes that the parts have now."""
        states = await asyncio.to_thread(self.stack.states)
        return {name: state.pid for name, state in states.items() if state.pid is not None}

    def order(self, service: str, point: CrashPoint, passings: int) -> Path:
        """Tells whichever instance passes the point for the n-th time to die; the order is gone when one has."""
        order = _orders(self.site, service) / point
        draft = order.with_suffix(".draft")
        draft.write_bytes(b"." * passings)
        draft.rename(order)
        return order

    async def reconfigure(self, name: str, variables: Mapping[str, str]) -> None:
        """Stops the part in good order and starts it with these variables changed."""
        changed = replace(self.parts[name], environment={**self.parts[name].environment, **variables})
        overseer = self.stack.supervisor()
        await asyncio.to_thread(overseer.apply, {**self.parts, name: changed})
        await asyncio.to_thread(overseer.start_part, name)

    async def ready(self, *names: str) -> None:
        """Returns when these parts serve. Starts nothing."""
        for name in names:
            await asyncio.to_thread(wait_until_ready, self.parts[name])


@asynccontextmanager
async def arena() -> AsyncGenerator[Arena]:
    """Everything ready, and gone after the block."""
    stack = Stack(make_temporary_home(), services=(ISSUER,), prefer_usual_ports=False)
    try:
        site = await asyncio.to_thread(stack.up)
        async with AsyncExitStack() as opened:
            wires: dict[str, Wires] = {}
            for name in (*INSTANCES, GATEWAY):
                servers = ("rabbitmq",) if name == GATEWAY else (SERVER_OF[name], "rabbitmq")
                wires[name] = {
                    server: await opened.enter_async_context(wired(site.ports[server])) for server in servers
                }
            gateways = site, _with_other_ports(site)
            parts = stack.parts() | _instances(site, wires) | _gateways(gateways, wires[GATEWAY])
            made = Arena(stack, site, gateways, parts, wires)
            for service in INSTANCES:
                _orders(site, service).mkdir(parents=True)
            await asyncio.gather(*(asyncio.to_thread(_migrate, site, service) for service in INSTANCES))
            await asyncio.to_thread(stack.supervisor().apply, parts)
            for name in PROCESSES:
                await asyncio.to_thread(stack.supervisor().start_part, name)
            await made.ready(*parts)
            yield made
    finally:
        await asyncio.to_thread(stack.discard)


def _with_other_ports(site: Site) -> Site:
    chosen = ports.choose((GATEWAY, SOCKET), prefer_usual=False, taken=site.ports.values())
    chosen.release()
    return replace(site, ports={**site.ports, **chosen.ports})


def _gateways(sites: Sequence[Site], wires: Wires) -> dict[str, Part]:
    first, second = (services.part(site, GATEWAY, name) for site, name in zip(sites, GATEWAYS, strict=True))
    return {first.name: first, second.name: _over(wires, sites[1], second)}


def _instances(site: Site, wires: Mapping[str, Wires]) -> dict[str, Part]:
    made: dict[str, Part] = {}
    for service, (first, second) in INSTANCES.items():
        environment = {
            **site.environment(service),
            f"{service.upper()}_SHARE_PORT": "true",
            VARIABLE: str(_orders(site, service)),
            **(PROVIDER if service == "payment" else {}),
        }
        made[first] = replace(services.part(site, service, first), environment=environment)
        made[second] = _over(
            wires[service], site, replace(made[first], name=second, log=site.home.log(second))
        )
    return made


def _over(wires: Wires, site: Site, part: Part) -> Part:
    """The part, its servers' URLs led over the wires."""
    environment = dict(part.environment)
    for server, wire in wires.items():
        there, over = (f"{HOST}:{port}/" for port in (site.ports[server], wire.port))
        environment = {name: value.replace(there, over) for name, value in environment.items()}
    return replace(part, environment=environment)


def _orders(site: Site, service: str) -> Path:
    return site.home.run / "crash" / service


def _migrate(site: Site, service: str) -> None:
    services.migrate(site.home, service, site.migration_environment(service))
