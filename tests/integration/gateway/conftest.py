"""Gateways on real streams: each test has a virtual host with an empty stream, and as many gateways as it wants."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx
import pytest
import structlog

from notification_gateway.journal import Journal
from notification_gateway.main import Gateway
from notification_gateway.settings import GatewaySettings
from ops.stack import ports
from ops.stack.isolation import drop_virtual_host, fresh_virtual_host
from ops.stack.servers import Servers
from shared.identity.callers import OPS
from tests.integration.gateway.client import SIGNER
from tests.integration.gateway.publisher import Publisher, publishing
from tests.integration.platform.waiting import until


@pytest.fixture(scope="module", autouse=True)
def _quiet() -> Iterator[None]:  # pyright: ignore[reportUnusedFunction]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture
async def broker_url(servers: Servers) -> AsyncIterator[str]:
    url = await asyncio.to_thread(fresh_virtual_host, servers.site)
    yield url
    await asyncio.to_thread(drop_virtual_host, servers.site, url)


@pytest.fixture
async def publisher(broker_url: str) -> AsyncIterator[Publisher]:
    async with publishing(broker_url) as publisher:
        yield publisher


class Running:
    """A gateway at work. `socket` and `http` are where."""

    def __init__(self, gateway: Gateway, settings: GatewaySettings) -> None:
        self.gateway = gateway
        self.socket = f"http://127.0.0.1:{settings.socket_port}"
        self.http = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{settings.port}",
            headers=SIGNER.headers(OPS, "operator"),
            trust_env=False,
            timeout=30,
        )
        self.stop = asyncio.Event()
        self.task = asyncio.create_task(gateway.run(self.stop))

    async def health(self) -> int:
        """The status of /health/ready; 0 while nobody answers."""
        try:
            return (await self.http.get("/health/ready")).status_code
        except httpx.TransportError:
            assert not self.task.done(), self.task
            return 0

    async def is_ready(self) -> bool:
        return await self.health() == 200


Gateways = Callable[..., AbstractAsyncContextManager[Running]]


@pytest.fixture
def gateway(servers: Servers, broker_url: str, tmp_path: Path) -> Gateways:
    """`async with gateway() as running`; `journal` and `url` of the broker as they are given."""

    @asynccontextmanager
    async def start(journal: Journal | None = None, url: str = broker_url) -> AsyncGenerator[Running]:
        chosen = ports.choose(("gateway", "socket"), prefer_usual=False)
        chosen.release()
        settings = GatewaySettings.model_validate(
            {
                "port": chosen.ports["gateway"],
                "socket_port": chosen.ports["socket"],
                "rabbitmq_url": url,
                "oidc_issuer": "http://127.0.0.1:1",
                "rabbitmq_management_url": servers.site.management_url,
                "audit_file": tmp_path / "audit.json",
            }
        )
        running = Running(Gateway(settings, SIGNER.verifier(), journal), settings)
        try:
            await until(running.is_ready, within=30)
            yield running
        finally:
            running.stop.set()
            async with asyncio.timeout(20):
                await running.task
            await running.http.aclose()

    return start
