"""A second EventFlow on the stack's servers, with databases and a virtual host of its own and other settings."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from ops.stack import services
from ops.stack.isolation import drop_isolated, isolated
from ops.stack.lifecycle import Stack
from ops.stack.parts import Part
from ops.stack.site import SERVICES
from ops.stack.waiting import wait_until_ready


class Neighbour:
    """One process per service, run by the stack's supervisor. `settings` are variables of all of them."""

    def __init__(self, stack: Stack, settings: Mapping[str, str]) -> None:
        self.site = isolated(stack.site())
        self._stack = stack
        self._parts = {service: self._part(service, settings) for service in SERVICES}

    async def start_all(self) -> None:
        """Migrates and starts every service; returns when all are ready."""
        await asyncio.gather(*(asyncio.to_thread(self._migrate, service) for service in SERVICES))
        known = {part.name: part for part in self._parts.values()}
        await asyncio.to_thread(self._stack.supervisor().apply, self._stack.parts() | known)
        await asyncio.gather(*(self.start(service) for service in SERVICES))

    async def start(self, service: str) -> None:
        """Has the service run and waits until it is ready."""
        await self.launch(service)
        await asyncio.to_thread(wait_until_ready, self._parts[service])

    async def launch(self, service: str) -> None:
        """Has the service run, ready or not."""
        await asyncio.to_thread(self._stack.supervisor().start_part, self._parts[service].name)

    async def stop(self, service: str) -> None:
        await asyncio.to_thread(self._stack.stop, self._parts[service].name)

    def discard(self) -> None:
        """Stops every service and drops what it kept."""
        self._stack.supervisor().apply(self._stack.parts())
        drop_isolated(self._stack.site(), self.site)

    def _part(self, service: str, settings: Mapping[str, str]) -> Part:
        part = services.part(self.site, service, f"neighbour-{service}")
        return replace(part, environment={**part.environment, **settings})

    def _migrate(self, service: str) -> None:
        services.migrate(self.site.home, service, self.site.migration_environment(service))
