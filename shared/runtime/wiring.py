"""A service as it describes itself to the platform, and what passes between the two when it is wired."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.http.health import HealthCheck
from shared.messaging.outgoing import Publish
from shared.messaging.reactions import Reactions
from shared.messaging.topology import SUBSCRIPTIONS, Subscription
from shared.runtime.commands import Commands
from shared.runtime.handling import Handler
from shared.runtime.outside_calls import ForeseeCall, no_call
from shared.runtime.settings import ServiceSettings

SettingsT = TypeVar("SettingsT", bound=ServiceSettings)
Clock = Callable[[], datetime]
Worker = Callable[[asyncio.Event], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Platform(Generic[SettingsT]):
    """What a service is wired from.

    `reads` is a pool of its own on the same database, for what is only shown: however many clients look, what has to
    be committed finds a connection.
    """

    settings: SettingsT
    engine: AsyncEngine
    clock: Clock
    reads: AsyncEngine


@dataclass(frozen=True)
class Wiring:
    """What a service gives the platform to run.

    `workers` run beside the consumer until the event they are given is set; `health_checks` are added to those of the
    platform; `close` frees what the service itself opened. `foresee` says what is asked of others because of an event,
    for whoever only wants to know.
    """

    handler: Handler
    commands: Commands
    routers: Sequence[APIRouter]
    workers: Sequence[Worker] = ()
    health_checks: Sequence[HealthCheck] = ()
    close: Callable[[], Awaitable[None]] | None = None
    foresee: ForeseeCall = no_call


@dataclass(frozen=True, kw_only=True)
class Service(Generic[SettingsT]):
    """One service.

    `migrations` says where the revisions of each of its databases lie (`order_service:migrations`), by the variable
    that holds the owner's URL. `needs_broker`: whether its API is of no use while the broker is away.
    """

    name: str
    title: str
    settings: type[SettingsT]
    reactions: Reactions
    publish: Publish
    wire: Callable[[Platform[SettingsT]], Wiring]
    migrations: Mapping[str, str]
    needs_broker: bool = True
    version: str = "1.0.0"

    @property
    def subscription(self) -> Subscription:
        """As the topology lists it; that of an added service follows from what it reacts to."""
        return SUBSCRIPTIONS.get(self.name) or Subscription(self.name, tuple(self.reactions))
