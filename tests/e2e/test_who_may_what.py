"""The table of docs/security.md, walked: every operation is asked by everybody, and answers as the table says."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import get_args

import httpx
import pytest

from ops.stack.lifecycle import Stack
from ops.stack.site import GATEWAY, ISSUER, SERVICES
from shared.eventsourcing.ids import new_id
from shared.identity.callers import Role
from tests.contracts.security_page import EVERYBODY, SOCKETS, Row, Whoever, rights
from tests.e2e.shop import Json, Shop, client_of

ROWS = [row for row in rights() if row.service != SOCKETS]
ROLES: tuple[Role, ...] = get_args(Role)
REFUSED = (401, 403)
OWNER, STRANGER = "walk-owner", "walk-stranger"
BAD = {"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}


@dataclass(frozen=True)
class Walk:
    """`callers` by service and whoever asks; `ids` name an order of OWNER's, its payment, and nothing otherwise."""

    addresses: Mapping[str, str]
    callers: Mapping[tuple[str, Whoever], httpx.AsyncClient]
    strangers: Mapping[str, httpx.AsyncClient]
    ids: Mapping[str, str]

    async def ask(self, row: Row, http: httpx.AsyncClient, ids: Mapping[str, str]) -> httpx.Response:
        """With an empty body, which no operation that takes one accepts."""
        method, path = row.operation.split(" ")
        body: Json | None = None if method in ("GET", "DELETE") else {}
        return await http.request(method, path.format_map(ids), json=body)

    async def as_(self, row: Row, who: Whoever) -> httpx.Response:
        """About what does not exist, unless it is the customer's own."""
        own = row.verdict(who) == "own"
        return await self.ask(row, self.callers[row.service, who], self.ids if own else NOBODYS)


NOBODYS = {
    "order_id": str(new_id()),
    "payment_id": str(new_id()),
    "refund_id": str(new_id()),
    "letter_id": str(new_id()),
    "customer_id": "walk-nobody",
    "sku": "WALK-NO-SUCH",
}


@pytest.fixture(scope="module")
async def walk(shop: Shop, stack: Stack) -> AsyncIterator[Walk]:
    site = stack.site()
    services = (*SERVICES, GATEWAY, ISSUER)
    async with AsyncExitStack() as opened:
        callers: dict[tuple[str, Whoever], httpx.AsyncClient] = {}
        strangers: dict[str, httpx.AsyncClient] = {}
        for service in services:
            for role in ROLES:
                client = client_of(site, service, role=role, subject=OWNER)
                callers[service, role] = await opened.enter_async_context(client)
            nobody = httpx.AsyncClient(base_url=site.service_url(service), timeout=30, trust_env=False)
            callers[service, "anybody"] = await opened.enter_async_context(nobody)
            stranger = client_of(site, service, role="customer", subject=STRANGER)
            strangers[service] = await opened.enter_async_context(stranger)
        order_id = (await shop.place((await shop.product(5), 1), customer_id=OWNER))["id"]
        await shop.reaches(order_id, status="CONFIRMED")
        payment_id = (await shop.payment(order_id))["id"]
        yield Walk(
            {service: site.service_url(service) for service in services},
            callers,
            strangers,
            {**NOBODYS, "order_id": order_id, "payment_id": payment_id},
        )


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.service}: {row.operation}")
async def test_operation_answers_as_the_table_says(walk: Walk, row: Row, who: Whoever) -> None:
    answer = await walk.as_(row, who)
    match row.verdict(who):
        case "-":
            assert answer.status_code == (401 if who == "anybody" else 403), answer.text
        case "own":
            assert answer.status_code not in (*REFUSED, 404), answer.text
            assert answer.status_code < 500, answer.text
        case "yes":
            assert answer.status_code not in REFUSED, answer.text
            assert answer.status_code < 500 or row.operation == "GET /health/ready", answer.text


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.service}: {row.operation}")
async def test_bad_token_is_refused_everywhere_but_where_nobody_looks_at_it(walk: Walk, row: Row) -> None:
    async with httpx.AsyncClient(
        base_url=walk.addresses[row.service], headers=BAD, timeout=30, trust_env=False
    ) as http:
        answer = await walk.ask(row, http, NOBODYS)
    if row.service == ISSUER or "/health/" in row.operation:
        assert answer.status_code != 401
    else:
        assert answer.status_code == 401, answer.text
        assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.verdict("customer") == "own"], ids=lambda row: row.operation
)
async def test_what_is_anothers_does_not_exist_for_a_customer(walk: Walk, row: Row) -> None:
    stranger = walk.strangers[row.service]
    answer = await walk.ask(row, stranger, walk.ids)
    if "{" in row.operation:
        assert answer.status_code == 404, answer.text
    elif row.operation.startswith("GET"):
        found: list[Json] = answer.json()["items"]
        assert [one for one in found if one["customer_id"] != STRANGER] == []
        refused = await stranger.get(row.operation.split(" ")[1], params={"customer_id": OWNER})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "customer_id")
    else:
        body = Shop.order_input(("WALK-NO-SUCH", 1), customer_id=OWNER)
        refused = await stranger.post("/orders", json=body)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "customer_id")


async def test_table_names_all_that_the_running_services_have(walk: Walk) -> None:
    for service in walk.addresses:
        document = (await walk.callers[service, "anybody"].get("/openapi.json")).json()
        running = {
            f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods
        }
        assert running <= {row.operation for row in ROWS if row.service == service}
