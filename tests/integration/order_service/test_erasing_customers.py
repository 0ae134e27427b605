"""A customer is forgotten: what was sealed for them is unreadable everywhere, and everything else goes on."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from order_service.customer_keys import KNOWN_FOR
from order_service.domain.listings import Listing, RecordListing
from shared.eventsourcing.ids import new_id
from tests.integration.order_service.conftest import ADDRESS, Instances, OrderService, order_input

NOTHING = {
    "orders": 0,
    "shipping_addresses": 0,
    "notes": 0,
    "internal_notes": 0,
    "network_addresses": 0,
}


@pytest.fixture
async def shop(service: OrderService) -> OrderService:
    for sku in ("MUG-1", "TEA-1"):
        await service.hear(RecordListing(sku, 1, Listing(sku, {"USD": 1000})), None)
    return service


@pytest.fixture
def customer() -> str:
    return f"customer/{new_id()}"


async def erase(shop: OrderService, customer_id: str) -> dict[str, Any]:
    answer = await shop.http.delete(f"/customers/{customer_id}/personal-data")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def read(shop: OrderService, path: str) -> Any:
    answer = await shop.http.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_personal_data_are_unreadable_when_the_customer_was_erased(
    shop: OrderService, customer: str
) -> None:
    body = order_input(customer_id=customer, shipping_address=ADDRESS, notes="Ring twice.")
    headers = {"Idempotency-Key": "before"}
    order = (await shop.http.post("/orders", json=body, headers=headers)).json()
    path = f"/orders/{order['id']}"
    await shop.http.patch(path, json={"notes": "Ring once."})
    await shop.http.post(f"{path}/notes", json={"text": "Ms Lovelace moves in May."})

    done = await erase(shop, customer)

    assert done["erased_now"]
    assert done["unreadable"] == {
        **NOTHING,
        "orders": 1,
        "shipping_addresses": 2,
        "notes": 2,
        "internal_notes": 1,
    }
    shown = await read(shop, path)
    again = await shop.http.post("/orders", json=body, headers=headers)
    written = (await read(shop, f"{path}/notes"))["items"]
    history = [item["data"] for item in (await read(shop, f"{path}/events"))["items"]]
    assert [one[field] for one in (shown, again.json()) for field in ("shipping_address", "notes")] == [
        None
    ] * 4
    assert again.headers["idempotent-replayed"] == "true"
    assert [note["text"] for note in written] == [None]
    assert [history[0]["shipping_address"], history[1]["notes"], history[2]["text"]] == [None] * 3
    assert (await shop.http.get("/orders", params={"q": ADDRESS["email"]})).json()["items"] == []


async def test_erasure_is_on_record_without_personal_data_when_it_is_done(
    shop: OrderService, customer: str
) -> None:
    await shop.place(customer_id=customer, shipping_address=ADDRESS)
    headers = {"X-Correlation-Id": "request-1"}
    with capture_logs() as lines:
        await shop.http.delete(f"/customers/{customer}/personal-data", headers=headers)
    [told] = [line for line in lines if line.get("log") == "security"]
    assert (told["event"], told["subject"], told["customer_id"]) == ("customer_erased", "clerk", customer)
    [kept] = await shop.sql("SELECT * FROM erasures WHERE customer_id = :id", id=customer)
    assert (kept.subject, kept.role, kept.request_id) == ("clerk", "staff", "request-1")
    assert abs(kept.erased_at - shop.clock()) < timedelta(minutes=1)
    assert "Lovelace" not in str(kept)


async def test_nothing_changes_when_a_customer_is_erased_twice(shop: OrderService, customer: str) -> None:
    await shop.place(customer_id=customer, notes="Ring twice.")
    first = await erase(shop, customer)
    assert await erase(shop, customer) == {**first, "erased_now": False}
    assert len(await shop.sql("SELECT 1 FROM erasures WHERE customer_id = :id", id=customer)) == 1


async def test_nothing_is_erased_when_nothing_was_ever_sealed(shop: OrderService, customer: str) -> None:
    await shop.place(customer_id=customer)
    assert await erase(shop, customer) == {
        "customer_id": customer,
        "erased_now": False,
        "erased_at": None,
        "unreadable": NOTHING,
    }


async def test_customer_may_order_again_when_erased(shop: OrderService, customer: str) -> None:
    before = await shop.place(customer_id=customer, notes="first")
    await erase(shop, customer)
    after = await shop.place(customer_id=customer, notes="second")
    assert (await read(shop, f"/orders/{after['id']}"))["notes"] == "second"
    assert (await read(shop, f"/orders/{before['id']}"))["notes"] is None

    assert (await erase(shop, customer))["unreadable"] == {**NOTHING, "orders": 2, "notes": 2}
    assert (await read(shop, f"/orders/{after['id']}"))["notes"] is None


async def test_others_are_still_readable_when_a_customer_was_erased(
    shop: OrderService, customer: str
) -> None:
    other = await shop.place(customer_id=f"{customer}-too", notes="Ring twice.")
    await shop.place(customer_id=customer, notes="Ring twice.")
    await erase(shop, customer)
    assert (await read(shop, f"/orders/{other['id']}"))["notes"] == "Ring twice."


async def test_another_process_shows_nothing_after_a_minute_when_it_has_known_the_key(
    shop: OrderService, instances: Instances, customer: str
) -> None:
    other = await instances.start()
    order = await other.place(customer_id=customer, notes="Ring twice.")
    await erase(shop, customer)
    other.clock.ahead += KNOWN_FOR
    assert (await read(other, f"/orders/{order['id']}"))["notes"] is None


async def sealed(shop: OrderService, like: str, since: int, to: int | None) -> set[str]:
    """Everything in events after one position and up to another that was sealed by a key."""
    rows = await shop.sql(
        "SELECT v.sealed FROM events, LATERAL (VALUES"
        " (data->>'shipping_address'), (data->>'notes'), (metadata->>'address')) AS v (sealed)"
        " WHERE position > :since AND position <= coalesce(:to, position) AND v.sealed LIKE :like",
        since=since,
        to=to,
        like=like,
    )
    return {row.sealed for row in rows}


class Customers:
    """Places and edits one customer's orders through several processes until told to stop."""

    def __init__(self, processes: list[OrderService], customer_id: str) -> None:
        self._processes = processes
        self._customer_id = customer_id
        self._stop = asyncio.Event()
        self._progress = asyncio.Event()
        self.answered = 0

    async def order_without_end(self) -> None:
        async with asyncio.TaskGroup() as group:
            for process in self._processes:
                for _ in range(4):
                    group.create_task(self._order(process))

    def stop(self) -> None:
        self._stop.set()

    async def until_answered(self, more: int) -> None:
        wanted = self.answered + more
        async with asyncio.timeout(60):
            while self.answered < wanted:
                self._progress.clear()
                await self._progress.wait()

    async def _order(self, process: OrderService) -> None:
        # Without e-mail, of whose marks the database itself would refuse one by a key that is gone.
        address = {**ADDRESS, "email": None}
        body = order_input(customer_id=self._customer_id, shipping_address=address, notes="Ring twice.")
        while not self._stop.is_set():
            placed = await process.http.post("/orders", json=body)
            if _is_being_erased(placed):
                continue
            assert placed.status_code == 201, placed.text
            edited = await process.http.patch(f"/orders/{placed.json()['id']}", json={"notes": "Ring."})
            if _is_being_erased(edited):
                continue
            assert edited.status_code == 200, edited.text
            self.answered += 1
            self._progress.set()


def _is_being_erased(answer: httpx.Response) -> bool:
    """Whoever meets three erasures during one request is told to try again."""
    return answer.status_code == 503 and "are being erased" in answer.json()["detail"]


@pytest.fixture
async def three(shop: OrderService, instances: Instances) -> list[OrderService]:
    return [shop, await instances.start(), await instances.start()]


async def test_nothing_sealed_by_a_destroyed_key_is_committed_when_orders_are_placed_meanwhile(
    three: list[OrderService], customer: str
) -> None:
    shop = three[0]
    customers = Customers(three, customer)
    ends: list[int] = []
    async with asyncio.TaskGroup() as group:
        group.create_task(customers.order_without_end())
        for _ in range(5):
            await customers.until_answered(8)
            assert (await erase(shop, customer))["erased_now"]
            [end] = await shop.sql("SELECT max(position) AS position FROM events")
            ends.append(end.position)
        await customers.until_answered(8)
        customers.stop()

    erased = await shop.sql(
        "SELECT key_id FROM erasures WHERE customer_id = :id ORDER BY erased_at", id=customer
    )
    assert len(erased) == len(ends)
    for row, end in zip(erased, ends, strict=True):
        # What commits later has a higher position. An edit repeats what it leaves as it is.
        before, after = [
            await sealed(shop, f"s1:{row.key_id}:%", since, to) for since, to in ((0, end), (end, None))
        ]
        assert before
        assert after <= before
    last = await shop.place(customer_id=customer, notes="Ring thrice.")
    assert (await read(shop, f"/orders/{last['id']}"))["notes"] == "Ring thrice."


@pytest.mark.parametrize("nobody", ["", "a" * 129])
async def test_erasure_is_refused_when_the_id_cannot_be_a_customers(shop: OrderService, nobody: str) -> None:
    answer: httpx.Response = await shop.http.delete(f"/customers/{nobody}/personal-data")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:eventflow:problem:invalid-input")
