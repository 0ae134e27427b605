"""The arena: a stack of its own with two instances of each service, every one of which can be told to die.

The second instance of each reaches its servers over wires that can go dead; the first is connected directly.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ops.stack import services
from ops.stack.lifecycle import Stack
from ops.stack.parts import Part
from ops.stack.site import GATEWAY, ISSUER, SERVER_OF, Site
from ops.stack.temporary import make_temporary_home
from ops.stack.waiting import wait_until_ready
from shared.crash_points import VARIABLE, CrashPoint
from tests.chaos.wires import Wire, wired

INSTANCES = {service: (f"{service}-1", f"{service}-2") for service in ("order", "payment", "inventory")}
PROCESSES = (*(name for names in INSTANCES.values() for name in names), GATEWAY)
DATABASES = ("order_db", "payment_db", "inventory_db")
# The provider is always a little late and sometimes fails: half of the failures when money has moved already.
PROVIDER = {"PROVIDER_LATENCY_MS": "30", "PROVIDER_ERROR_RATE": "0.05"}
# Longer than the payment service waits for an answer.
PROVIDER_IN_VAIN = {**PROVIDER, "PROVIDER_LATENCY_MS": "12000"}


@dataclass(frozen=True, slots=True)
class Arena:
    """`wires` are those of a service's second instance, to its database server and to the broker."""

    stack: Stack
    site: Site
    parts: Mapping[str, Part]
    wires: Mapping[str, tuple[Wire, Wire]]

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
            wires: dict[str, tuple[Wire, Wire]] = {}
            for service in INSTANCES:
                database = await opened.enter_async_context(wired(site.ports[SERVER_OF[service]]))
                broker = await opened.enter_async_context(wired(site.ports["rabbitmq"]))
                wires[service] = database, broker
                _orders(site, service).mkdir(parents=True)
            parts = stack.parts() | _processes(site, wires)
            made = Arena(stack, site, parts, wires)
            await asyncio.gather(*(asyncio.to_thread(_migrate, site, service) for service in INSTANCES))
            await asyncio.to_thread(stack.supervisor().apply, parts)
            for name in PROCESSES:
                await asyncio.to_thread(stack.supervisor().start_part, name)
            await made.ready(*parts)
            yield made
    finally:
        await asyncio.to_thread(stack.discard)


def _processes(site: Site, wires: Mapping[str, tuple[Wire, Wire]]) -> dict[str, Part]:
    made = {GATEWAY: services.part(site, GATEWAY, GATEWAY)}
    for service, (first, second) in INSTANCES.items():
        environment = {
            **site.environment(service),
            f"{service.upper()}_SHARE_PORT": "true",
            VARIABLE: str(_orders(site, service)),
            **(PROVIDER if service == "payment" else {}),
        }
        made[first] = replace(services.part(site, service, first), environment=environment)
        over_wires = {name: _over(wires[service], site, service, url) for name, url in environment.items()}
        made[second] = replace(services.part(site, service, second), environment=over_wires)
    return made


def _over(wires: tuple[Wire, Wire], site: Site, service: str, text: str) -> str:
    """A URL of the database server or the broker, led over the wire; anything else as it is."""
    for wire, server in zip(wires, (SERVER_OF[service], "rabbitmq"), strict=True):
        text = text.replace(f"127.0.0.1:{site.ports[server]}/", f"127.0.0.1:{wire.port}/")
    return text


def _orders(site: Site, service: str) -> Path:
    return site.home.run / "crash" / service


def _migrate(site: Site, service: str) -> None:
    services.migrate(site.home, service, site.migration_environment(service))
