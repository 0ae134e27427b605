"""What the services and the frontend may do in Redis: keep their own keys. All else is refused by Redis itself."""

from collections.abc import AsyncIterator
from secrets import token_hex
from urllib.parse import urlsplit

import pytest
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, NoPermissionError, ResponseError

from ops.stack.servers import Servers
from shared.http.shared_counts import SharedCounts

REFUSED = (
    "CONFIG GET *",
    "CONFIG SET maxmemory 1",
    "FLUSHALL",
    "FLUSHDB",
    "KEYS *",
    "SCAN 0",
    "RANDOMKEY",
    "DBSIZE",
    "INFO",
    "SHUTDOWN NOSAVE",
    "MONITOR",
    "SAVE",
    "ACL LIST",
    "ACL SETUSER eventflow allkeys allcommands",
    "CLIENT LIST",
    "CLIENT KILL TYPE normal",
    "CLIENT PAUSE 1",
    "SCRIPT FLUSH",
    "SCRIPT KILL",
    "FUNCTION LIST",
    "MODULE LIST",
    "REPLICAOF NO ONE",
    "SLOWLOG GET",
    "LATENCY LATEST",
    "SWAPDB 0 1",
    "MIGRATE 127.0.0.1 1 products:k 0 1",
    "PUBLISH channel message",
    "SUBSCRIBE channel",
    "GET sessions:1",
    "SET sessions:1 mine",
    "DEL sessions:1",
    "RENAME products:k sessions:1",
)


# Of the frontend alone: neither it nor the services see what the others keep.
REFUSED_TO_FRONTEND = (
    *(command for command in REFUSED if "sessions:" not in command),
    "GET products:k",
    "SET limits:k 1",
    "DEL sessions:1",
    "EVAL 'return 1' 0",
)


@pytest.fixture
async def redis(servers: Servers) -> AsyncIterator[Redis]:
    client: Redis = Redis.from_url(servers.site.redis_url)  # pyright: ignore[reportUnknownMemberType]
    yield client
    await client.aclose()


@pytest.fixture
async def sessions(servers: Servers) -> AsyncIterator[Redis]:
    client: Redis = Redis.from_url(servers.site.sessions_url)  # pyright: ignore[reportUnknownMemberType]
    yield client
    await client.aclose()


async def ask(redis: Redis, *words: str) -> object:
    return await redis.execute_command(*words)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


@pytest.mark.parametrize("command", REFUSED)
async def test_command_is_refused_when_it_is_no_business_of_a_service(redis: Redis, command: str) -> None:
    with pytest.raises(NoPermissionError):
        await ask(redis, *command.split())


@pytest.mark.parametrize("command", REFUSED_TO_FRONTEND)
async def test_command_is_refused_when_it_is_no_business_of_the_frontend(
    sessions: Redis, command: str
) -> None:
    with pytest.raises(NoPermissionError):
        await ask(sessions, *command.split())


async def test_sessions_are_kept_for_the_frontend_alone(redis: Redis, sessions: Redis) -> None:
    await ask(sessions, "SET", "session:1", "somebody", "EX", "60")
    for command in ("GET session:1", "SET session:1 mine", "DEL session:1"):
        with pytest.raises(NoPermissionError):
            await ask(redis, *command.split())
    assert await ask(sessions, "EXPIRE", "session:1", "30")
    assert await ask(sessions, "GETDEL", "session:1") == b"somebody"
    assert await ask(sessions, "DEL", "session:1") == 0


async def test_own_keys_are_kept_when_asked_for_by_commands_and_scripts(redis: Redis) -> None:
    for key in ("products:mine", "limits:mine"):
        await ask(redis, "SET", key, "1", "PX", "60000")
        assert await ask(redis, "EVAL", "return redis.call('INCRBY', KEYS[1], 1)", "1", key) == 2
        assert await ask(redis, "DEL", key) == 1


async def test_requests_are_counted_for_all_processes_when_logged_in_as_the_services(
    servers: Servers,
) -> None:
    one, other = (SharedCounts(servers.site.redis_url) for _ in range(2))
    name = f"test {token_hex(4)}"
    assert [await each.add(name, 60, 2) for each in (one, other, one)] == [2, 4, 6]
    await one.close()
    await other.close()


async def test_script_reaches_no_other_keys_when_it_tries(redis: Redis) -> None:
    with pytest.raises(NoPermissionError):
        await ask(redis, "EVAL", "return 1", "1", "sessions:1")
    with pytest.raises(ResponseError, match=r"access at least one of the keys|ACL failure"):
        await ask(redis, "EVAL", "return redis.call('GET', 'sessions:1')", "0")


@pytest.mark.parametrize("login", ["", ":{password}@", "default:{password}@", "eventflow:wrong@"])
async def test_nobody_gets_in_when_the_login_is_not_the_one_of_the_services(
    servers: Servers, login: str
) -> None:
    host = urlsplit(servers.site.redis_url).netloc.rsplit("@", 1)[1]
    url = f"redis://{login.format(password=servers.site.passwords['redis'])}{host}/0"
    stranger: Redis = Redis.from_url(url)  # pyright: ignore[reportUnknownMemberType]
    with pytest.raises(AuthenticationError):
        await ask(stranger, "PING")
    await stranger.aclose()
