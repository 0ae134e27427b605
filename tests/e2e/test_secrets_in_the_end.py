"""After all other end-to-end tests: whatever failed meanwhile, no secret of the home was told to anybody."""

import base64
import json
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import httpx
import psutil

from ops.stack.lifecycle import Stack
from ops.stack.services import PROCESSES
from ops.stack.site import SERVED
from tests.e2e.commands import eventflow

# What lies on a disk encrypted, hashed or in a server's own format: nobody reads it over a log.
DATA = ("postgres", "rabbitmq/data", "redis/dump.rdb")
BEARER = re.compile(rb"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}")


def secrets_of(stack: Stack) -> Mapping[str, str]:
    passwords = dict(stack.site().passwords)
    cookie = stack.home.path / "rabbitmq" / ".erlang.cookie"
    assert len(passwords) > 20
    return passwords | {"Erlang's cookie": cookie.read_text().strip()}


def wordings(name: str, secret: str) -> set[bytes]:
    """The secret as it is, in a URL, in a string of JSON, and in a header of Basic authentication."""
    users = {name.removeprefix("rabbitmq_"), name, "eventflow", ""}
    basic = {base64.b64encode(f"{user}:{secret}".encode()).decode().rstrip("=") for user in users}
    return {word.encode() for word in (secret, quote(secret, safe=""), json.dumps(secret)[1:-1], *basic)}


def found_in(text: bytes, stack: Stack) -> list[str]:
    """The names of the secrets that are in the text."""
    return [
        name
        for name, secret in secrets_of(stack).items()
        if any(word in text for word in wordings(name, secret))
    ]


def logs(stack: Stack) -> Iterator[Path]:
    yield from (path for path in stack.home.logs.rglob("*") if path.is_file())
    yield from (path for path in (stack.home.path / "rabbitmq" / "log").rglob("*") if path.is_file())


def test_no_secret_is_in_a_log_when_every_other_test_has_run(stack: Stack) -> None:
    read = {path.name: path.read_bytes() for path in logs(stack)}
    written = {name for name, text in read.items() if text}
    assert {"payment.log", "gateway.log", "rabbitmq.log", "order_db.log", "redis.log"} <= written
    told = {name: found for name, text in read.items() if (found := found_in(text, stack))}
    assert told == {}
    assert [name for name, text in read.items() if BEARER.search(text)] == []


def test_no_secret_is_in_the_arguments_of_any_process_when_all_run(stack: Stack) -> None:
    seen: dict[int, bytes] = {}
    for process in psutil.process_iter():
        try:
            seen[process.pid] = "\0".join(process.cmdline()).encode()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    running = {state.pid for state in stack.states().values() if state.pid}
    assert running <= set(seen)
    told = {
        pid: found for pid, arguments in seen.items() if arguments and (found := found_in(arguments, stack))
    }
    assert told == {}


async def test_no_secret_is_told_when_nobody_asked_for_one(stack: Stack) -> None:
    for arguments in (("status", "--json"), ("doctor", "--json")):
        _, document = await eventflow(stack, *arguments)
        assert found_in(json.dumps(document).encode(), stack) == []
    site = stack.site()
    shown = [
        f"{site.service_url(service)}{path}"
        for service in SERVED
        for path in ("/health/live", "/health/ready", "/openapi.json", "/nowhere")
    ]
    shown += [site.metrics_url(process) for names in PROCESSES.values() for process in names]
    async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
        for url in shown:
            assert found_in((await http.get(url)).content, stack) == [], url


async def test_logins_that_only_read_are_told_when_secrets_are_asked_for(stack: Stack) -> None:
    _, document = await eventflow(stack, "status", "--json", "--secrets")
    told = found_in(json.dumps(document).encode(), stack)
    assert set(told) == {
        "rabbitmq_ops",
        *(name for name in stack.site().passwords if name.endswith("_auditor")),
    }
    ops = httpx.URL(document["rabbitmq_management"])
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.get(f"{ops}/api/queues")).status_code == 200
        assert (await http.delete(f"{ops}/api/queues/%2F/order_queue")).status_code == 401


def test_files_with_a_secret_are_for_their_owner_alone_when_written(stack: Stack) -> None:
    home = stack.home.path
    data = tuple(home / name for name in DATA)
    files = [
        path
        for path in home.rglob("*")
        if path.is_file() and not any(path.is_relative_to(each) for each in data)
    ]
    holding = [path for path in files if found_in(path.read_bytes(), stack)]
    assert home / "secrets" in holding
    open_to_others = {
        str(path.relative_to(home)) for path in holding if stat.S_IMODE(path.stat().st_mode) & 0o077
    }
    assert open_to_others == set()
