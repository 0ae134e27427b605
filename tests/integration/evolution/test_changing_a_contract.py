"""docs/changing-a-contract.md, carried out: services of the changed copy beside services of the clone."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from secrets import token_hex

import httpx
import pytest

from inventory_service.main import SERVICE as INVENTORY
from ops.audit.audit import audit
from ops.stack.home import CLONE
from ops.stack.site import ISSUER, Site, package_of
from order_service.main import SERVICE as ORDER
from payment_service.main import SERVICE as PAYMENT
from shared.database.migrations import upgrade
from shared.messaging.connection import open_connection
from tests.e2e.shop import Json, Shop, patiently, shown
from tests.e2e.waiting import NotYet, until

PAGE = CLONE / "docs" / "changing-a-contract.md"
BLOCKS = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PATIENCE = 900
UNKNOWN = "urn:eventflow:payment.processed:2"

NOT_THE_CLONE = shutil.ignore_patterns(
    ".venv", ".local", ".compose", ".env", ".git", "__pycache__", ".*_cache"
)


@dataclass(frozen=True, eq=False)
class Running:
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(timeout=60)


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """A copy of the clone in which the page's changes are made."""
    copy = tmp_path / "changed"
    shutil.copytree(CLONE, copy, ignore=NOT_THE_CLONE)
    (copy / ".venv").symlink_to(CLONE / ".venv")
    for language, text in BLOCKS.findall(PAGE.read_text()):
        if language == "diff":
            carried_out(copy, ["git", "apply", "-"], text)
    return copy


@pytest.fixture
async def site(isolated: Site) -> Site:
    for service in (ORDER, PAYMENT, INVENTORY):
        owners = isolated.migration_environment(service.name)
        for variable, scripts in service.migrations.items():
            await asyncio.to_thread(upgrade, scripts, owners[variable])
    return isolated


@pytest.fixture
def run(site: Site, tmp_path: Path) -> Iterator[Callable[[str, Path], Running]]:
    """`run("order", clone)`: the service from that clone, beside others of its kind."""
    started: list[Running] = []

    def start(service: str, clone: Path) -> Running:
        log = tmp_path / f"{service}-{len(started)}.log"
        environment = {**site.environment(service), "PATH": os.environ["PATH"], "PYTHONPATH": str(clone)}
        with log.open("wb") as out:
            command = (sys.executable, "-m", f"{package_of(service)}.main", "serve")
            process = subprocess.Popen(command, cwd=clone, env=environment, stdout=out, stderr=out)
        started.append(Running(process, log))
        return started[-1]

    yield start
    for running in started:
        running.stop()


@pytest.fixture
async def shop(site: Site) -> AsyncIterator[Shop]:
    async with Shop(site) as shop:
        yield shop


@pytest.mark.timeout(PATIENCE)
def test_contracts_are_proved_when_the_page_is_followed(changed: Path) -> None:
    for language, text in BLOCKS.findall(PAGE.read_text()):
        if language == "sh":
            carried_out(changed, ["/bin/sh", "-e"], text)
    recorded = {path.name for path in (changed / "tests/contracts/golden").glob("payment.processed.*.json")}
    assert recorded == {"payment.processed.1.json", "payment.processed.2.json"}


@pytest.mark.timeout(PATIENCE)
async def test_nothing_is_lost_when_old_and_new_speak_and_hear_side_by_side(
    changed: Path, run: Callable[[str, Path], Running], shop: Shop
) -> None:
    run(ISSUER, CLONE)
    run("inventory", CLONE)
    old_payment, old_order = run("payment", CLONE), run("order", CLONE)
    await ready(shop)
    sku = await shop.product(1_000)
    orders = [await confirmed(shop, sku)]

    # Those who hear go first: the old words, to both.
    new_order = run("order", changed)
    await until("both hear", lambda: heard_by(shop.site, 2), within=90)
    orders += [await confirmed(shop, sku) for _ in range(10)]
    assert await open_letters(shop) == []

    # The publisher, before the last of those who hear: the new words, to both.
    old_payment.stop()
    run("payment", changed)
    await ready(shop)
    orders += [await placed(shop, sku) for _ in range(20)]
    # And to the old one alone.
    new_order.stop()
    unheard = [await placed(shop, sku) for _ in range(3)]
    orders += unheard
    letters = await until("what it cannot read is set aside", lambda: letters_about(shop, unheard), within=90)
    assert {letter["type"] for letter in letters} == {"payment.processed"}
    assert all(UNKNOWN in letter["error"] for letter in letters)
    assert [(await shop.order(order_id))["status"] for order_id in unheard] == ["PENDING"] * 3

    old_order.stop()
    run("order", changed)
    await ready(shop)
    answer = await patiently(shop.operators["order"], "POST", "/dead-letters/replay", json={"filter": {}})
    assert answer.status_code == 200, answer.text
    assert {result["outcome"] for result in answer.json()["results"]} == {"took_effect"}
    for order_id in orders:
        await shop.reaches(order_id, within=60, status="CONFIRMED")
    assert await open_letters(shop) == []
    report = await audit(shop.site, grace=timedelta(seconds=10))
    assert report.offenders == []


def carried_out(clone: Path, command: list[str], text: str) -> None:
    ended = subprocess.run(
        command,
        input=text,
        cwd=clone,
        env={**os.environ, "PYTHONPATH": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, f"{text}\n{ended.stdout[-6000:]}"


async def ready(shop: Shop) -> None:
    async def look() -> None:
        for client in shop.clients.values():
            try:
                answer = await client.get("/health/ready")
            except httpx.TransportError as error:
                raise NotYet(str(error)) from error
            if answer.json()["status"] != "ready":
                raise NotYet(answer.text)

    await until("the services are ready", look, within=90)


async def heard_by(site: Site, processes: int) -> None:
    async with open_connection(site.rabbitmq_url, "test") as connection:
        queue = await (await connection.channel()).declare_queue("order_queue", passive=True)
        if (count := queue.declaration_result.consumer_count) != processes:
            raise NotYet(f"{count} hear")


async def placed(shop: Shop, sku: str) -> str:
    """The id of a new order, from whichever process answers."""
    body, key = shop.order_input((sku, 1)), {"Idempotency-Key": token_hex(16)}
    answer = await patiently(shop.orders, "POST", "/orders", json=body, headers=key)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def confirmed(shop: Shop, sku: str) -> str:
    order_id = await placed(shop, sku)
    await shop.reaches(order_id, within=60, status="CONFIRMED")
    return order_id


async def open_letters(shop: Shop) -> list[Json]:
    """With the event that each holds."""
    listed = (await shown(shop.operators["order"], "/dead-letters?limit=200"))["items"]
    return [await shown(shop.operators["order"], f"/dead-letters/{letter['id']}") for letter in listed]


async def letters_about(shop: Shop, order_ids: list[str]) -> list[Json]:
    letters = await open_letters(shop)
    if missing := set(order_ids) - {letter["event"]["subject"] for letter in letters}:
        raise NotYet(f"there is none about {missing}")
    return letters
