"""The gateway, wired: `python -m notification_gateway.main serve`."""

import argparse
import asyncio
import gc
import signal
from collections.abc import Callable
from datetime import UTC, datetime

import structlog
import uvloop
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from notification_gateway.api import gateway_router
from notification_gateway.catching_up import CatchingUp
from notification_gateway.journal import Journal
from notification_gateway.outbox import Budget, Outbox
from notification_gateway.queues import Queues
from notification_gateway.rooms import Rooms
from notification_gateway.settings import GatewaySettings
from notification_gateway.socket_listener import serve_sockets
from notification_gateway.socket_server import SocketServer
from notification_gateway.sockets import Socket
from notification_gateway.stream import StreamFollower
from shared.http.application import create_application
from shared.http.health import HealthCheck
from shared.http.metrics import serve_metrics
from shared.http.server import serve_http
from shared.identity.tokens import TokenVerifier
from shared.observability.logs import configure_logging
from shared.runtime.identity import token_verifier
from shared.runtime.limiting import limits_of
from shared.runtime.settings import LogSettings, WrongEnvironment, from_environment

TITLE = "EventFlow notifications"
VERSION = "1.0.0"

log = structlog.get_logger()


def utc_now() -> datetime:
    """The clock of a real process; everything below is given the time."""
    return datetime.now(UTC)


class Gateway:
    """Everything of one process: what it keeps, and what it serves from that."""

    def __init__(
        self, settings: GatewaySettings, verifier: TokenVerifier, journal: Journal | None = None
    ) -> None:
        broker_url = settings.rabbitmq_url.get_secret_value()
        self._settings = settings
        self._verifier = verifier
        self._limits = limits_of(settings, utc_now)
        self._journal = journal or Journal()
        self.rooms = Rooms()
        self._journal.listeners.append(self.rooms)
        self._follower = StreamFollower(broker_url, self._journal)
        self._catching_up = CatchingUp(broker_url, self._journal)
        self._queues = Queues(settings.rabbitmq_management_url, broker_url)
        self.budget = Budget()
        self.sockets = SocketServer(
            self._make_socket, self.budget, settings.allowed_origins, verifier, self._limits, utc_now
        )

    def http(self) -> FastAPI:
        router = gateway_router(
            self._journal, self._catching_up, self._queues, self._settings.audit_file, utc_now
        )
        application = create_application(
            title=TITLE,
            version=VERSION,
            routers=[router],
            health_checks=[HealthCheck("broker", self._follower.follows, required=True)],
            verifier=self._verifier,
            limits=self._limits,
        )
        application.add_middleware(
            CORSMiddleware,
            allow_origins=sorted(self._settings.allowed_origins),
            allow_methods=["GET"],
            allow_headers=["Authorization", "X-Correlation-Id"],
            expose_headers=["X-Correlation-Id", "Retry-After", "RateLimit", "RateLimit-Policy"],
        )
        return application

    async def run(self, stop: asyncio.Event) -> None:
        """Returns some seconds after `stop` is set, at most."""
        settings = self._settings
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follower.run(stop), name="stream")
            group.create_task(
                serve_sockets(
                    self.sockets,
                    settings.host,
                    settings.socket_port,
                    stop,
                    settings.certificate,
                    settings.trusted_proxies,
                ),
                name="sockets",
            )
            group.create_task(
                serve_http(
                    self.http(),
                    settings.host,
                    settings.port,
                    stop,
                    certificate=settings.certificate,
                    trusted_proxies=settings.trusted_proxies,
                ),
                name="http",
            )
            if settings.metrics_port is not None:
                group.create_task(
                    serve_metrics(settings.metrics_host, settings.metrics_port, stop), name="metrics"
                )
        await self._limits.close()

    def _make_socket(self, outbox: Outbox, abort: Callable[[], None]) -> Socket:
        return Socket(
            journal=self._journal,
            rooms=self.rooms,
            catching_up=self._catching_up,
            outbox=outbox,
            abort=abort,
        )


def run() -> None:
    """The command line of the gateway's process."""
    parser = argparse.ArgumentParser(prog="notification_gateway", description=TITLE)
    parser.add_subparsers(dest="verb", required=True).add_parser("serve", help="run the gateway")
    parser.parse_args()
    configure_logging("notification_gateway", from_environment(LogSettings).log_level)
    try:
        uvloop.run(_serve(from_environment(GatewaySettings)))
    except WrongEnvironment as error:
        parser.error(str(error))


async def _serve(settings: GatewaySettings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, stop.set)
    gateway = Gateway(settings, token_verifier(settings, utc_now))
    # What exists by now stays: no need to walk it in every full collection.
    gc.collect()
    gc.freeze()
    await gateway.run(stop)
    log.info("stopped")


if __name__ == "__main__":
    run()
