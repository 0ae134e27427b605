"""The local issuer, wired: `python -m local_issuer.main serve`."""

import argparse
import asyncio
import signal
from datetime import UTC, datetime
from urllib.parse import urlsplit

import structlog
import uvloop
from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from local_issuer.api import issuer_router
from local_issuer.settings import IssuerSettings
from shared.http.application import create_application
from shared.http.metrics import serve_metrics
from shared.http.server import serve_http
from shared.observability.logs import configure_logging
from shared.runtime.settings import WrongEnvironment, from_environment

TITLE = "EventFlow local issuer"
VERSION = "1.0.0"

log = structlog.get_logger()


def utc_now() -> datetime:
    """The clock of a real process; everything below is given the time."""
    return datetime.now(UTC)


def application_of(settings: IssuerSettings) -> FastAPI:
    router = issuer_router(settings.signing_key, settings.oidc_issuer, settings.oidc_audience, utc_now)
    application = create_application(title=TITLE, version=VERSION, routers=[router], health_checks=[])
    # Or any page in a browser on this machine could get tokens, under a name of its own for this address.
    own = [host for host in (urlsplit(settings.oidc_issuer).hostname, "127.0.0.1", "localhost") if host]
    application.add_middleware(TrustedHostMiddleware, allowed_hosts=own, www_redirect=False)
    return application


def run() -> None:
    """The command line of the issuer's process."""
    parser = argparse.ArgumentParser(prog="local_issuer", description=TITLE)
    parser.add_subparsers(dest="verb", required=True).add_parser("serve", help="run the issuer")
    parser.parse_args()
    try:
        settings = from_environment(IssuerSettings)
    except WrongEnvironment as error:
        parser.error(str(error))
    configure_logging("local_issuer", settings.log_level)
    uvloop.run(_serve(settings))


async def _serve(settings: IssuerSettings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, stop.set)
    async with asyncio.TaskGroup() as group:
        group.create_task(
            serve_http(application_of(settings), settings.host, settings.port, stop), name="http"
        )
        if settings.metrics_port is not None:
            group.create_task(
                serve_metrics(settings.metrics_host, settings.metrics_port, stop), name="metrics"
            )
    log.info("stopped")


if __name__ == "__main__":
    run()
