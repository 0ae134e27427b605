"""Customers act for themselves alone: what is anybody else's does not exist for them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from order_service.domain.listings import Listing, RecordListing
from shared.eventsourcing.ids import new_id
from shared.identity.callers import CUSTOMER, OPS, SERVICE, STAFF, Role
from tests.integration.order_service.conftest import SIGNER, OrderService, order_input


@pytest.fixture(autouse=True)
async def _catalogue(service: OrderService) -> None:  # pyright: ignore[reportUnusedFunction]
    for sku in ("MUG-1", "TEA-1"):
        await service.hear(RecordListing(sku, 1, Listing(sku, {"USD": 1000})), None)


def customer() -> str:
    return f"c-{new_id()}"


async def ask(
    service: OrderService, subject: str, method: str, path: str, role: Role = CUSTOMER, **request: Any
) -> httpx.Response:
    headers = SIGNER.headers(role, subject) | request.pop("headers", {})
    return await service.http.request(method, f"/orders{path}", headers=headers, **request)


def body(**changes: Any) -> dict[str, Any]:
    without = {name: value for name, value in order_input().items() if name != "customer_id"}
    return without | changes


def fields(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [error["field"] for error in answer.json()["errors"]]


async def placed(service: OrderService, subject: str, **changes: Any) -> dict[str, Any]:
    answer = await ask(service, subject, "POST", "", json=body(**changes))
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.parametrize("named", [True, False])
async def test_order_is_the_customers_own_when_a_customer_places_it(
    service: OrderService, named: bool
) -> None:
    me = customer()
    order = await placed(service, me, **({"customer_id": me} if named else {}))
    assert order["customer_id"] == me
    [created] = (await ask(service, me, "GET", f"/{order['id']}/events")).json()["items"]
    assert (created["actor"]["subject"], created["actor"]["role"]) == (me, CUSTOMER)


async def test_customer_is_refused_when_naming_another(service: OrderService) -> None:
    me = customer()
    assert fields(await ask(service, me, "POST", "", json=body(customer_id="c-1"))) == ["customer_id"]
    assert fields(await ask(service, me, "GET", "", params={"customer_id": "c-1"})) == ["customer_id"]


@pytest.mark.parametrize("role", [STAFF, SERVICE])
async def test_others_have_to_name_the_customer_when_they_place_an_order(
    service: OrderService, role: Role
) -> None:
    assert fields(await ask(service, "desk", "POST", "", role, json=body())) == ["customer_id"]
    answer = await ask(service, "desk", "POST", "", role, json=body(customer_id="c-1"))
    assert (answer.status_code, answer.json()["customer_id"]) == (201, "c-1")
    history = (await ask(service, "desk", "GET", f"/{answer.json()['id']}/events", role)).json()
    assert (history["items"][0]["actor"]["subject"], history["items"][0]["actor"]["role"]) == ("desk", role)


async def test_list_has_the_customers_own_alone_when_a_customer_looks(service: OrderService) -> None:
    me, other = customer(), customer()
    mine, theirs = await placed(service, me), await placed(service, other)
    for query in ({}, {"customer_id": me}):
        listed = (await ask(service, me, "GET", "", params=query)).json()["items"]
        assert [order["id"] for order in listed] == [mine["id"]]
    for q in (theirs["number"], theirs["id"]):
        assert (await ask(service, me, "GET", "", params={"q": q})).json()["items"] == []
    assert [each["id"] for each in (await ask(service, "o", "GET", "", OPS)).json()["items"]][:2] == [
        theirs["id"],
        mine["id"],
    ]


@pytest.mark.parametrize(
    ("method", "path", "request_"),
    [
        ("GET", "", {}),
        ("GET", "", {"params": {"version": 1}}),
        ("GET", "", {"params": {"as_of": datetime(2999, 1, 1, tzinfo=UTC).isoformat()}}),
        ("GET", "/events", {}),
        ("PATCH", "", {"json": {"notes": "mine now"}}),
        ("DELETE", "", {}),
    ],
)
async def test_order_is_not_found_when_it_is_anothers(
    service: OrderService, method: str, path: str, request_: dict[str, Any]
) -> None:
    me = customer()
    theirs = await placed(service, customer())
    mine = await placed(service, me)
    answers = [
        await ask(service, me, method, f"/{order_id}{path}", **request_)
        for order_id in (theirs["id"], new_id())
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    hidden, unknown = (
        {name: value for name, value in answer.json().items() if name not in ("instance", "correlation_id")}
        for answer in answers
    )
    assert hidden == unknown
    assert (await ask(service, me, method, f"/{mine['id']}{path}", **request_)).is_success
    assert await service.events(theirs["id"]) == ["order.created"]


@pytest.mark.parametrize("role", [CUSTOMER, SERVICE])
async def test_internal_notes_are_kept_from_others_than_staff_when_the_history_is_read(
    service: OrderService, role: Role
) -> None:
    me = customer()
    order_id = (await placed(service, me))["id"]
    noted = await service.http.post(f"/orders/{order_id}/notes", json={"text": "looks like fraud"})
    assert noted.status_code == 201, noted.text
    assert await service.events(UUID(order_id)) == ["order.created", "order.note_added"]

    answer = await ask(service, me, "GET", f"/{order_id}/events", role)

    assert [item["type"] for item in answer.json()["items"]] == ["order.created"]
    assert "fraud" not in answer.text
    for method in ("GET", "POST"):
        assert (await ask(service, me, method, f"/{order_id}/notes", role)).status_code == 403


async def test_customer_cannot_cancel_in_the_name_of_staff(service: OrderService) -> None:
    me = customer()
    order_id = (await placed(service, me))["id"]
    refused = await ask(service, me, "DELETE", f"/{order_id}", params={"reason": "staff_request"})
    assert fields(refused) == ["reason"]
    assert (await ask(service, me, "DELETE", f"/{order_id}")).status_code == 202


async def test_keys_are_apart_when_two_subjects_use_the_same(service: OrderService) -> None:
    me, other = customer(), customer()
    key = {"Idempotency-Key": "cart-1"}
    mine = await ask(service, me, "POST", "", json=body(), headers=key)
    theirs = await ask(service, other, "POST", "", json=body(), headers=key)
    again = await ask(service, me, "POST", "", json=body(), headers=key)
    assert [answer.status_code for answer in (mine, theirs, again)] == [201, 201, 201]
    assert mine.json()["id"] == again.json()["id"] != theirs.json()["id"]
    assert again.headers["Idempotent-Replayed"] == "true"
