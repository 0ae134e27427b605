"""A customer is forgotten on a running stack: unreadable in every process within a minute, the books as right as before."""

from collections.abc import AsyncIterator
from pathlib import Path
from secrets import token_hex

import httpx
import pytest

from ops.stack.lifecycle import Stack
from tests.e2e.commands import eventflow
from tests.e2e.shop import Json, Shop, client_of
from tests.e2e.waiting import NotYet, until

# Each on a connection of its own, which any process of the service may have taken.
LOOKS = 12
# Processes know a key for a minute at most.
WITHIN = 90


@pytest.fixture
def customer() -> str:
    return f"forgotten-{token_hex(6)}"


@pytest.fixture
async def own(shop: Shop, customer: str) -> AsyncIterator[httpx.AsyncClient]:
    """The API as the customer meets it."""
    async with client_of(shop.site, "order", role="customer", subject=customer) as client:
        yield client


@pytest.fixture
def words() -> dict[str, str]:
    """What is personal here, in words that are nowhere else."""
    return {name: f"{name} {token_hex(8)}" for name in ("name", "line1", "city", "notes", "note")}


async def placed(shop: Shop, own: httpx.AsyncClient, customer: str, words: dict[str, str]) -> Json:
    address = {field: words[field] for field in ("name", "line1", "city")}
    address |= {"postal_code": "12345", "country": "DE", "email": email_of(words)}
    body = shop.order_input((await shop.product(2), 1), customer_id=customer, notes=words["notes"])
    answer = await own.post("/orders", json={**body, "shipping_address": address})
    assert answer.status_code == 201, answer.text
    return await shop.ended(answer.json()["id"], within=60)


def email_of(words: dict[str, str]) -> str:
    return f"{words['name'].replace(' ', '.')}@example.org"


async def test_customer_is_unreadable_and_the_books_are_right_when_erased(
    shop: Shop, stack: Stack, own: httpx.AsyncClient, customer: str, words: dict[str, str]
) -> None:
    order = await placed(shop, own, customer, words)
    path = f"/orders/{order['id']}"
    noted = await shop.orders.post(f"{path}/notes", json={"text": words["note"]})
    assert noted.status_code == 201, noted.text
    everywhere = await seen_by_every_process(shop, path)
    assert all(words[field] in everywhere for field in words)

    status, done = await eventflow(stack, "erase", customer, "--yes", "--json")
    assert (status, done["erased_now"], done["unreadable"]["orders"]) == (0, True, 1)
    assert done["unreadable"]["internal_notes"] == 1

    async def unreadable() -> None:
        seen = await seen_by_every_process(shop, path)
        if still := [word for word in (*words.values(), email_of(words)) if word in seen]:
            raise NotYet(f"{still} can be read")

    await until("nobody shows what was erased", unreadable, within=WITHIN, every=1)
    found = (await shop.orders.get("/orders", params={"q": email_of(words)})).json()
    assert found["items"] == []
    status, again = await eventflow(stack, "erase", customer, "--yes", "--json")
    assert (status, again) == (0, {**done, "erased_now": False})

    status, told = await eventflow(
        stack, "replay", "order", "--to", "payment_queue", "--type", "order.created", "--json"
    )
    assert status == 0, told
    status, rebuilt = await eventflow(stack, "rebuild", "order", "--check", "--json")
    assert (status, rebuilt["left"]) == (0, [])
    status, audit = await eventflow(stack, "audit", "--json")
    assert (status, audit["offenders"]) == (0, [])

    later = await placed(shop, own, customer, words)
    assert (later["status"], later["notes"]) == ("CONFIRMED", words["notes"])


async def test_nothing_personal_is_logged_when_an_order_lives_and_its_customer_is_erased(
    shop: Shop, stack: Stack, own: httpx.AsyncClient, customer: str, words: dict[str, str]
) -> None:
    order = await placed(shop, own, customer, words)
    path = f"/orders/{order['id']}"
    await shop.orders.post(f"{path}/notes", json={"text": words["note"]})
    await shop.orders.get("/orders", params={"q": email_of(words)})
    # Refused, after a look at what is in it.
    await own.post("/orders", json={"notes": words["notes"], "shipping_address": {"name": words["name"]}})
    await own.patch(path, json={"notes": words["notes"], "unheard_of": words["note"]})
    await eventflow(stack, "erase", customer, "--yes", "--json")

    logs = {file.name: file.read_text(errors="replace") for file in files(stack) if file.is_file()}
    assert any(customer in text and '"log":"security"' in text for text in logs.values())
    personal = (*words.values(), email_of(words))
    assert [(name, word) for name, text in logs.items() for word in personal if word in text] == []


async def seen_by_every_process(shop: Shop, path: str) -> str:
    """The order, its history and its notes, as often as it takes to meet all processes of the service."""
    seen: list[str] = []
    for _ in range(LOOKS):
        async with client_of(shop.site, "order", connections=1) as client:
            for part in ("", "/events", "/notes"):
                answer = await client.get(path + part)
                assert answer.status_code == 200, answer.text
                seen.append(answer.text)
    return "".join(seen)


def files(stack: Stack) -> list[Path]:
    return [*stack.home.logs.rglob("*"), *(stack.home.path / "rabbitmq" / "log").rglob("*")]
