"""A service as a process: its API, its consumer and its relay, together or each by itself.

    python -m order_service.main serve                   everything
    python -m order_service.main serve --only api        the API alone; likewise consumer, relay
    python -m order_service.main migrate                 the schema of its database, as the owner

`main` of a service describes it as a `Service` and calls `run`; the platform does the rest.
"""

import argparse
import asyncio
import gc
import os
import signal
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, cast

import structlog
import uvloop
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from shared.database.engine import open_engine
from shared.database.faults import translated
from shared.database.migrations import upgrade
from shared.http.health import HealthCheck
from shared.http.metrics import serve_metrics
from shared.http.server import serve_http
from shared.messaging.consumer import Consumer
from shared.messaging.dead_letters import DeadLetterDrain
from shared.messaging.relay import Relay
from shared.messaging.wakeup import Notifier
from shared.observability import metrics
from shared.observability.logs import configure_logging
from shared.runtime.application import application_of
from shared.runtime.housekeeping import Housekeeping, record_subscriptions
from shared.runtime.identity import token_verifier
from shared.runtime.limiting import limits_of
from shared.runtime.reacting import handle_reactions
from shared.runtime.settings import LogSettings, WrongEnvironment, from_environment, required
from shared.runtime.wiring import Platform, Service, SettingsT, Wiring

log = structlog.get_logger()

PARTS = ("api", "consumer", "relay")

_POOL_SIZE = 8
_READING_POOL_SIZE = 4
# Whoever waits for a commit is told within 10 s, also when the database has fallen silent: see shared/runtime/commands.py.
COMMIT_STATEMENT_TIMEOUT = timedelta(seconds=4)
# A search through all there is may take its time.
_READ_STATEMENT_TIMEOUT = timedelta(seconds=30)
# A batch makes thousands of objects that reference counting frees; looking for cycles every 700 cost a tenth of the CPU.
_COLLECT_AFTER = (50_000, 20, 100)
# The API has 8 s for requests in flight; whoever told us to stop kills after 10 s.
_DRAIN = timedelta(seconds=9)


@dataclass
class _Process(Generic[SettingsT]):
    service: Service[SettingsT]
    settings: SettingsT
    only: str | None
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    def runs(self, part: str) -> bool:
        return self.only in (None, part)


def run(service: Service[SettingsT]) -> None:
    """The command line of a service's process."""
    parser = argparse.ArgumentParser(prog=f"{service.name}_service", description=service.title)
    verbs = parser.add_subparsers(dest="verb", required=True)
    serve = verbs.add_parser("serve", help="run the service")
    serve.add_argument("--only", choices=PARTS, help="run one part instead of all three")
    verbs.add_parser("migrate", help="bring its database to the newest schema")
    arguments = parser.parse_args()
    configure_logging(f"{service.name}_service", from_environment(LogSettings).log_level)
    try:
        if arguments.verb == "migrate":
            owners = required(service.migrations, os.environ)
            for variable, location in service.migrations.items():
                upgrade(location, owners[variable])
        else:
            uvloop.run(_serve(_Process(service, from_environment(service.settings), arguments.only)))
    except WrongEnvironment as error:
        parser.error(str(error))


def utc_now() -> datetime:
    """The clock of a real process; everything below is given the time."""
    return datetime.now(UTC)


async def _serve(process: _Process[SettingsT]) -> None:
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, process.stop.set)
    service, settings = process.service, process.settings
    engine = _open_pool(process, service.name, _POOL_SIZE, COMMIT_STATEMENT_TIMEOUT)
    reads = _open_pool(process, f"{service.name}_reads", _READING_POOL_SIZE, _READ_STATEMENT_TIMEOUT)
    platform = Platform(settings, engine, utc_now, reads)
    wiring = service.wire(platform)
    # What exists by now stays: walking it in every full collection would hold everybody up for 80 ms.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)
    try:
        async with asyncio.timeout(None) as patience:
            await _run_parts(process, platform, wiring, patience)
    except TimeoutError:
        log.error("not_drained_in_time", seconds=_DRAIN.total_seconds())
    finally:
        if wiring.close is not None:
            await wiring.close()
        await engine.dispose()
        await reads.dispose()
    log.info("stopped")


def _open_pool(process: _Process[Any], name: str, size: int, statement_timeout: timedelta) -> AsyncEngine:
    """One of the process's pools on its database, measured under this name."""
    engine = open_engine(
        process.settings.database_url.get_secret_value(),
        application=f"{process.service.name}_service",
        pool_size=size,
        statement_timeout=statement_timeout,
    )
    metrics.POOL_SIZE.labels(name).set(size)
    metrics.POOL_IN_USE.labels(name).set_function(cast(QueuePool, engine.pool).checkedout)
    return engine


async def _run_parts(
    process: _Process[Any], platform: Platform[Any], wiring: Wiring, patience: asyncio.Timeout
) -> None:
    """Runs until the process is told to stop. The API drains first, then what it waits for; the relay sees it out."""
    service, settings, stop, engine = process.service, process.settings, process.stop, platform.engine
    broker_url = settings.rabbitmq_url.get_secret_value()
    subscription = service.subscription
    drained = asyncio.Event()
    checks = [HealthCheck("database", lambda: _answers(platform.reads), required=True), *wiring.health_checks]

    async def database_answers() -> None:
        with translated():
            await _answers(engine)
            await record_subscriptions(engine, subscription, utc_now())

    async with asyncio.TaskGroup() as group:
        group.create_task(_lose_patience(patience, stop), name="patience")
        if settings.metrics_port is not None:
            group.create_task(
                serve_metrics(settings.metrics_host, settings.metrics_port, drained), name="metrics"
            )
        notifier = Notifier(engine)
        wake = notifier.observe
        group.create_task(notifier.run(drained), name="notifier")
        if process.runs("relay"):
            relay = Relay(
                engine=engine,
                database_url=settings.database_url.get_secret_value(),
                broker_url=broker_url,
                service=service.name,
                store=wiring.handler.store,
                publish=service.publish,
                wake_another=notifier.observe,
                clock=utc_now,
            )
            wake = relay.observe
            group.create_task(relay.run(drained), name="relay")
        wiring.handler.observers.append(wake)
        if process.runs("consumer"):
            consumer = Consumer(
                broker_url=broker_url,
                subscription=subscription,
                reactions=service.reactions,
                handle=handle_reactions(wiring.handler),
                database_answers=database_answers,
                clock=utc_now,
            )
            checks.append(HealthCheck("broker", consumer.answers, required=service.needs_broker))
            drain = DeadLetterDrain(
                engine=engine,
                broker_url=broker_url,
                subscription=subscription,
                database_answers=database_answers,
                clock=utc_now,
            )
            group.create_task(consumer.run(stop), name="consumer")
            group.create_task(drain.run(stop), name="dead-letters")
            group.create_task(Housekeeping(engine, utc_now).run(stop), name="housekeeping")
            for worker in wiring.workers:
                group.create_task(worker(stop), name="worker")
        if process.runs("api"):
            verifier, limits = token_verifier(settings, utc_now), limits_of(settings, utc_now)
            application = application_of(service, platform, wiring, checks, verifier, limits)
            group.create_task(wiring.commands.run(drained), name="commands")
            await serve_http(
                application,
                settings.host,
                settings.port,
                stop,
                share_port=settings.share_port,
                certificate=settings.certificate,
                trusted_proxies=settings.trusted_proxies,
            )
            await limits.close()
        await stop.wait()
        drained.set()


async def _lose_patience(patience: asyncio.Timeout, stop: asyncio.Event) -> None:
    """What has not ended in time once we are told to stop is cancelled; all of it is safe to be cut off."""
    await stop.wait()
    patience.reschedule(asyncio.get_running_loop().time() + _DRAIN.total_seconds())


async def _answers(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
