"""RabbitMQ, PostgreSQL and Redis as they are with TLS listeners of their own, and what stands in front of them."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from ops.stack import ports
from ops.stack.isolation import FreshDatabase
from ops.stack.preparation import find_machine
from ops.stack.servers import Servers
from ops.stack.sql import connected
from shared.http.server import Certificate
from tests.integration.platform.waiting import until
from tests.integration.tls.authority import Authority

PASSWORD = "let-me-in"

# Has the database's server show this certificate from now on, or soon.
Show = Callable[[Certificate], Awaitable[None]]


def free_ports(*names: str) -> dict[str, int]:
    reservation = ports.choose(names, prefer_usual=False)
    reservation.release()
    return reservation.ports


@contextmanager
def broker_with_tls(
    servers: Servers, authority: Authority, certificate: Certificate
) -> Generator[tuple[int, int]]:
    """The ports of AMQP and of the management API over TLS; the plain ones stay, for those who share the broker."""
    reservation = ports.choose(["rabbitmq", "rabbitmq_management"], prefer_usual=False)
    found = reservation.ports
    file = servers.home.path / "rabbitmq" / "rabbitmq.conf"
    before = file.read_text()
    files = {"cacertfile": authority.file, "certfile": certificate.file, "keyfile": certificate.key_file}
    lines = [f"listeners.ssl.1 = 127.0.0.1:{found['rabbitmq']}"]
    lines += [f"ssl_options.{name} = {path}" for name, path in files.items()]
    lines += ["management.ssl.ip = 127.0.0.1", f"management.ssl.port = {found['rabbitmq_management']}"]
    lines += [f"management.ssl.{name} = {path}" for name, path in files.items()]
    servers.stop("rabbitmq")
    file.write_text(before + "\n".join(lines) + "\n")
    reservation.release()
    servers.start("rabbitmq")
    yield found["rabbitmq"], found["rabbitmq_management"]
    file.write_text(before)


@asynccontextmanager
async def database_with_tls(servers: Servers, database: FreshDatabase) -> AsyncGenerator[Show]:
    """The database is there over TLS alone, once a certificate is shown; the others of its server as before."""
    account = find_machine(servers.home).account
    async with connected(database.superuser_url) as connection:
        rules = Path(str(await connection.fetchval("SHOW hba_file")))
        before = await asyncio.to_thread(rules.read_text)
        who = f"{database.name} all 127.0.0.1/32"
        ours = f"hostssl {who} scram-sha-256\nhostnossl {who} reject\n"
        await asyncio.to_thread(rules.write_text, ours + before)

        async def show(certificate: Certificate) -> None:
            for setting, file in (
                ("ssl_cert_file", certificate.file),
                ("ssl_key_file", certificate.key_file),
            ):
                account.own(file)
                await connection.execute(f"ALTER SYSTEM SET {setting} = '{file}'")
            await connection.execute("ALTER SYSTEM SET ssl = on")
            await connection.execute("SELECT pg_reload_conf()")
            await until(lambda: connection.fetchval("SELECT current_setting('ssl') = 'on'"), within=30)

        try:
            yield show
        finally:
            await asyncio.to_thread(rules.write_text, before)
            for setting in ("ssl", "ssl_cert_file", "ssl_key_file"):
                await connection.execute(f"ALTER SYSTEM RESET {setting}")
            await connection.execute("SELECT pg_reload_conf()")


@asynccontextmanager
async def redis_with_tls(
    servers: Servers, authority: Authority, certificate: Certificate
) -> AsyncGenerator[int]:
    """The port of a Redis of its own that knows nothing but TLS, with `PASSWORD`."""
    port = free_ports("redis")["redis"]
    options = {
        "port": "0",
        "bind": "127.0.0.1",
        "tls-port": str(port),
        "tls-cert-file": str(certificate.file),
        "tls-key-file": str(certificate.key_file),
        "tls-ca-cert-file": str(authority.file),
        "tls-auth-clients": "no",
        "requirepass": PASSWORD,
        "save": "",
    }
    program = find_machine(servers.home).programs.redis
    arguments = [piece for name, value in options.items() for piece in (f"--{name}", value)]
    process = await asyncio.create_subprocess_exec(
        program, *arguments, cwd=authority.directory, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        await until(lambda: answers(port), within=30)
        yield port
    finally:
        process.terminate()
        await process.wait()


async def answers(port: int) -> bool:
    """Whether somebody listens on the port."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


@asynccontextmanager
async def tls_in_front_of(port: int, certificate: Certificate) -> AsyncGenerator[int]:
    """A port that speaks TLS with this certificate and hands on what it hears to the other port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.file, certificate.key_file)

    async def hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", port)
        with suppress(OSError):
            await asyncio.gather(hand_on(reader, there_writer), hand_on(there_reader, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    yield server.sockets[0].getsockname()[1]
    server.close()
