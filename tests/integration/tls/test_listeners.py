"""What reaches us over TLS, and processes that have nothing else in either direction."""

import asyncio
import ssl
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from ops.stack import ports
from ops.stack.isolation import FreshDatabase
from ops.stack.servers import Servers
from ops.stack.site import package_of
from shared.http.server import Certificate, serve_http
from shared.identity.keys import DISCOVERY, IssuerKeys
from shared.identity.tokens import KeysUnavailable
from tests.integration.platform.waiting import until
from tests.integration.tls.authority import HOST, Authority
from tests.integration.tls.conftest import Doors
from tests.integration.tls.listeners import answers, free_ports

pytestmark = pytest.mark.timeout(300)


@asynccontextmanager
async def issuer(certificate: Certificate) -> AsyncGenerator[int]:
    """The port of an issuer without keys, served as our services are."""
    port = free_ports("issuer")["issuer"]

    async def configuration(request: Request) -> JSONResponse:
        base = str(request.base_url).rstrip("/")
        return JSONResponse({"issuer": base, "jwks_uri": f"{base}/keys"})

    async def keys(_: Request) -> JSONResponse:
        return JSONResponse({"keys": []})

    stop = asyncio.Event()
    application = Starlette(routes=[Route(DISCOVERY, configuration), Route("/keys", keys)])
    serving = asyncio.create_task(serve_http(application, "127.0.0.1", port, stop, certificate=certificate))
    await until(lambda: answers(port), within=30)
    try:
        yield port
    finally:
        stop.set()
        await serving


async def ask_for_keys(url: str) -> None:
    await IssuerKeys(url, lambda: datetime.now(UTC)).find("any")


async def test_issuer_is_believed_when_its_authority_is_trusted(
    authority: Authority, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    async with issuer(certificate) as port:
        await ask_for_keys(f"https://{HOST}:{port}")


@pytest.mark.parametrize("wrong", ["authority", "name", "time", "scheme"])
async def test_issuer_is_not_believed_when_it_cannot_be_verified(
    authority: Authority,
    stranger: Authority,
    certificate: Certificate,
    expired: Certificate,
    monkeypatch: pytest.MonkeyPatch,
    wrong: str,
) -> None:
    trusted = stranger if wrong == "authority" else authority
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted.file))
    scheme, host = "http" if wrong == "scheme" else "https", "127.0.0.1" if wrong == "name" else HOST
    async with issuer(expired if wrong == "time" else certificate) as port:
        with pytest.raises(KeysUnavailable):
            await ask_for_keys(f"{scheme}://{host}:{port}")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1:DeprecationWarning")
@pytest.mark.parametrize(
    ("newest", "accepted"), [(ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True)]
)
async def test_client_is_refused_when_it_knows_only_tls_before_1_2(
    authority: Authority, certificate: Certificate, newest: ssl.TLSVersion, accepted: bool
) -> None:
    context = ssl.create_default_context(cafile=str(authority.file))
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = newest
    async with issuer(certificate) as port:
        try:
            _, writer = await asyncio.open_connection(HOST, port, ssl=context)
        except OSError:  # an alert, or cut off
            assert not accepted
        else:
            assert accepted
            writer.close()
            await writer.wait_closed()


@asynccontextmanager
async def process(
    environment: Mapping[str, str], *arguments: str
) -> AsyncGenerator[asyncio.subprocess.Process]:
    running = await asyncio.create_subprocess_exec(sys.executable, "-m", *arguments, env=environment)
    try:
        yield running
    finally:
        if running.returncode is None:
            running.terminate()
            await running.wait()


async def said(http: httpx.AsyncClient, url: str) -> httpx.Response | None:
    try:
        return await http.get(url)
    except httpx.TransportError:
        return None


async def test_processes_are_ready_in_production_when_everything_is_over_tls(
    servers: Servers,
    doors: Doors,
    database: FreshDatabase,
    authority: Authority,
    certificate: Certificate,
) -> None:
    reservation = ports.choose(["inventory", "gateway", "socket"], prefer_usual=False)
    found = reservation.ports

    def encrypted(url: str) -> str:
        return f"{url.replace('127.0.0.1', HOST)}?sslmode=verify-full&sslrootcert={authority.file}"

    def environment(service: str) -> dict[str, str]:
        plain = servers.site.broker_url(package_of(service)).replace("amqp://", "amqps://")
        usual = f"127.0.0.1:{servers.site.ports['rabbitmq']}"
        return servers.site.environment(service) | {
            "EVENTFLOW_ENVIRONMENT": "production",
            "SSL_CERT_FILE": str(authority.file),
            "TLS_CERTIFICATE_FILE": str(certificate.file),
            "TLS_KEY_FILE": str(certificate.key_file),
            "OIDC_ISSUER": "https://issuer.test",
            "RABBITMQ_URL": plain.replace(usual, doors.broker.partition("@")[2].partition("/")[0]),
            "RABBITMQ_MANAGEMENT_URL": doors.management,
            "INVENTORY_OWNER_DATABASE_URL": encrypted(database.owner_url),
            "INVENTORY_DATABASE_URL": encrypted(database.runtime_url),
            "REDIS_URL": doors.cache,
            "INVENTORY_PORT": str(found["inventory"]),
            "GATEWAY_PORT": str(found["gateway"]),
            "GATEWAY_SOCKET_PORT": str(found["socket"]),
        }

    async with process(environment("inventory"), "inventory_service.main", "migrate") as migration:
        assert await migration.wait() == 0
    trusted = ssl.create_default_context(cafile=str(authority.file))
    reservation.release()
    async with (
        process(environment("inventory"), "inventory_service.main", "serve"),
        process(environment("gateway"), "notification_gateway.main", "serve"),
        httpx.AsyncClient(verify=trusted, trust_env=False, timeout=10) as http,
    ):

        async def ready(service: str) -> bool:
            answer = await said(http, f"https://{HOST}:{found[service]}/health/ready")
            return answer is not None and answer.json()["status"] == "ready"

        for service in ("inventory", "gateway"):
            await until(lambda service=service: ready(service), within=60)
            assert await said(http, f"http://{HOST}:{found[service]}/health/ready") is None
        assert (await http.get(f"https://{HOST}:{found['inventory']}/products")).status_code == 200
        handshake = await http.get(f"https://{HOST}:{found['socket']}/socket.io/?EIO=4&transport=polling")
        assert handshake.json()["message"] == "Transport unknown"
