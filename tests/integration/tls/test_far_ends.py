"""What we connect to is verified: the right authority, the right name, in time; and plain text gets nowhere."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import text

from notification_gateway.queues import BrokerDoesNotAnswer, Queues
from ops.stack.servers import Servers
from ops.stack.sql import ServerRefused, connected
from shared.cache.versioned import VersionedCache
from shared.database.engine import open_engine
from shared.database.faults import Unavailable, translated
from shared.http.server import Certificate
from shared.http.shared_counts import SharedCounts
from shared.messaging.connection import BROKER_FAULTS, LinkLost, open_connection
from tests.integration.platform.waiting import until
from tests.integration.tls.authority import HOST, Authority
from tests.integration.tls.conftest import Doors
from tests.integration.tls.listeners import PASSWORD, Show, redis_with_tls, tls_in_front_of

# The first test starts all servers, and restarts the broker.
pytestmark = pytest.mark.timeout(300)

REFUSALS = (*BROKER_FAULTS, LinkLost, BrokerDoesNotAnswer, Unavailable, RedisError, *ServerRefused)


async def reach_broker(doors: Doors) -> None:
    async with open_connection(doors.broker, "tls"):
        pass


async def reach_management(doors: Doors) -> None:
    assert len(await Queues(doors.management, doors.broker).states()) >= 0


async def reach_database(doors: Doors) -> None:
    engine = open_engine(doors.database, application="tls")
    try:
        with translated():
            async with engine.connect() as connection:
                encrypted = text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
                assert await connection.scalar(encrypted)
    finally:
        await engine.dispose()


async def reach_database_as_commands_do(doors: Doors) -> None:
    async with connected(doors.database) as connection:
        assert await connection.fetchval("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")


async def reach_cache(doors: Doors) -> None:
    async with Redis.from_url(doors.cache) as redis:  # pyright: ignore[reportUnknownMemberType]
        assert await redis.get("nothing") is None


Reach = Callable[[Doors], Awaitable[None]]
EVERY_DOOR = pytest.mark.parametrize(
    "reach",
    [reach_broker, reach_management, reach_database, reach_database_as_commands_do, reach_cache],
)


def trusting(authority: Authority, doors: Doors, monkeypatch: pytest.MonkeyPatch, host: str = HOST) -> Doors:
    """The doors for a process that trusts this authority; where they are looked for at another name."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    database = f"{doors.database}&sslrootcert={authority.file}"
    addresses = (doors.broker, doors.management, database, doors.cache)
    return Doors(*(address.replace(HOST, host) for address in addresses))


@EVERY_DOOR
async def test_far_end_is_reached_when_its_authority_is_trusted(
    reach: Reach, doors: Doors, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reach(trusting(authority, doors, monkeypatch))


@EVERY_DOOR
async def test_far_end_is_refused_when_another_authority_is_trusted(
    reach: Reach, doors: Doors, stranger: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(REFUSALS):
        await reach(trusting(stranger, doors, monkeypatch))


@EVERY_DOOR
async def test_far_end_is_refused_when_its_certificate_is_for_another_name(
    reach: Reach, doors: Doors, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(REFUSALS):
        await reach(trusting(authority, doors, monkeypatch, host="127.0.0.1"))


@EVERY_DOOR
async def test_nothing_is_reached_when_plain_text_comes_to_a_listener_that_wants_tls(
    reach: Reach, doors: Doors
) -> None:
    plain = Doors(
        doors.broker.replace("amqps:", "amqp:"),
        doors.management.replace("https:", "http:"),
        doors.database.replace("verify-full", "disable"),
        doors.cache.replace("rediss:", "redis:"),
    )
    with pytest.raises(REFUSALS):
        await reach(plain)


async def test_database_is_not_reached_when_its_url_does_not_ask_for_tls(doors: Doors) -> None:
    """The driver itself would encrypt for whoever answers, and that would look as if it were safe."""
    engine = open_engine(doors.database.partition("?")[0], application="tls")
    with pytest.raises(Unavailable), translated():
        async with engine.connect():
            pass
    await engine.dispose()


@pytest.mark.parametrize("reach", [reach_database, reach_database_as_commands_do])
async def test_database_is_refused_when_its_certificate_has_expired(
    reach: Reach,
    doors: Doors,
    show: Show,
    authority: Authority,
    expired: Certificate,
    certificate: Certificate,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trusted = trusting(authority, doors, monkeypatch)

    async def is_refused() -> bool:
        """The server takes a moment to show the other certificate."""
        try:
            await reach(trusted)
        except REFUSALS as refusal:
            return "expired" in str(refusal)
        return False

    await show(expired)
    try:
        assert await until(is_refused, within=30)
    finally:
        await show(certificate)
        await until(lambda: is_open(reach, trusted), within=30)


async def is_open(reach: Reach, doors: Doors) -> bool:
    try:
        await reach(doors)
    except REFUSALS:
        return False
    return True


async def test_redis_is_refused_when_its_certificate_has_expired(
    servers: Servers, authority: Authority, expired: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    async with redis_with_tls(servers, authority, expired) as port:
        with pytest.raises(RedisError, match="expired"):
            await reach_cache(Doors("", "", "", f"rediss://:{PASSWORD}@{HOST}:{port}/0"))


async def test_broker_and_its_management_are_refused_when_their_certificate_has_expired(
    servers: Servers,
    doors: Doors,
    authority: Authority,
    expired: Certificate,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trusted = trusting(authority, doors, monkeypatch)
    for door, reach in (("rabbitmq", reach_broker), ("rabbitmq_management", reach_management)):
        async with tls_in_front_of(servers.site.ports[door], expired) as port:
            broker, management = (
                address.replace(f":{urlsplit(address).port}", f":{port}")
                for address in (trusted.broker, trusted.management)
            )
            with pytest.raises(REFUSALS, match="expired"):
                await reach(Doors(broker, management, trusted.database, trusted.cache))


async def test_cache_keeps_values_when_its_redis_is_reached_over_tls(
    doors: Doors, authority: Authority
) -> None:
    """The authority may be named in the address as well."""
    cache = VersionedCache(f"{doors.cache}?ssl_ca_certs={authority.file}", "tls")

    async def kept() -> bool:
        cache.put("key", 1, b"content")
        return await cache.get("key") is not None

    assert await until(kept, within=30)
    await cache.close()


async def test_rate_limits_are_counted_together_when_their_redis_is_reached_over_tls(
    doors: Doors, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    counts = SharedCounts(doors.cache)
    assert await until(lambda: counts.add("somebody", 60, 1), within=30) == 1
    await counts.close()
