"""EventFlow as its clients see it: three REST services, and nothing else."""

from collections import Counter
from collections.abc import Mapping
from secrets import token_hex
from types import TracebackType
from typing import Any

import httpx

from ops.stack.site import ISSUER, SERVICES, Site
from ops.stack.tokens import LocalTokens
from shared.identity.callers import Role
from tests.e2e.waiting import NotYet, until

Json = dict[str, Any]

PRICES = {"USD": 1999, "EUR": 1849}
KEPT = frozenset({"CONFIRMED", "PROCESSING", "SHIPPED", "DELIVERED"})
UNDONE = frozenset({"FAILED", "CANCELLED"})
MONEY_BACK = frozenset({"FAILED", "CANCELLED", "REFUNDED"})
STOCK_BACK = frozenset({"REJECTED", "RELEASED"})


def has_ended(order: Json) -> bool:
    """Whether nothing more happens by itself: confirmed, or failed or cancelled with its compensation done."""
    return order["status"] in KEPT or (
        order["status"] in UNDONE
        and order["payment_status"] in MONEY_BACK
        and order["stock_status"] in STOCK_BACK
    )


def views(order: Json) -> str:
    return f"{order['status']}, payment {order['payment_status']}, stock {order['stock_status']}"


class Shop:
    """Clients of the services of one site: of staff, and in `operators` of ops. `stocked` counts the units that were accepted into stock, by SKU."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.clients = {service: client_of(site, service) for service in SERVICES}
        self.operators = {service: client_of(site, service, role="ops") for service in SERVICES}
        self.orders = self.clients["order"]
        self.payments = self.clients["payment"]
        self.inventory = self.clients["inventory"]
        self.stocked: Counter[str] = Counter()

    async def __aenter__(self) -> "Shop":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in (*self.clients.values(), *self.operators.values()):
            await client.aclose()

    async def product(
        self, stock: int, *, prices: Mapping[str, int] = PRICES, sku: str | None = None, threshold: int = 0
    ) -> str:
        """Creates a product with so many units in stock; its SKU once it can be ordered."""
        sku = sku or f"E2E-{token_hex(5).upper()}"
        body = {
            "sku": sku,
            "name": f"Product {sku}",
            "prices": dict(prices),
            "low_stock_threshold": threshold,
        }
        created = await self.inventory.post("/products", json=body)
        assert created.status_code == 201, created.text
        if stock:
            await self.adjust(sku, stock)
        await self.orderable(sku, next(iter(prices)))
        return sku

    async def adjust(self, sku: str, delta: int) -> httpx.Response:
        """Adjusts the stock, however long it takes the service to answer; accepted or refused (409)."""
        answer = await patiently(
            self.inventory,
            "POST",
            f"/products/{sku}/adjustments",
            json={"delta": delta, "reason": "counted"},
            headers={"Idempotency-Key": token_hex(16)},
        )
        assert answer.status_code in (201, 409), answer.text
        if answer.status_code == 201:
            self.stocked[sku] += delta
        return answer

    async def orderable(self, sku: str, currency: str, *, within: float = 5.0) -> None:
        """Returns once the order service knows the product: it objects to a wrong price then, and orders nothing."""
        wrong_price = {"sku": sku, "quantity": 1, "expected_unit_price": 0}

        async def look() -> None:
            answer = await self.orders.post(
                "/orders", json=self.order_input(wrong_price, currency=currency, customer_id="price-check")
            )
            if answer.status_code != 409:
                raise NotYet(f"{answer.status_code} {answer.text}")

        await until(f"{sku} is orderable", look, within=within)

    @staticmethod
    def order_input(*items: tuple[str, int] | Json, **changes: Any) -> Json:
        """The body of a POST /orders over these lines, paid by a card that works unless `changes` says otherwise."""
        lines = [{"sku": item[0], "quantity": item[1]} if isinstance(item, tuple) else item for item in items]
        return {
            "items": lines,
            "currency": "USD",
            "payment_method": "pm_card_visa",
            "customer_id": "e2e-customer",
            **changes,
        }

    async def place(self, *items: tuple[str, int] | Json, **changes: Any) -> Json:
        """Places an order that has to be accepted, and returns it as accepted."""
        answer = await self.orders.post("/orders", json=self.order_input(*items, **changes))
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def order(self, order_id: str) -> Json:
        return await shown(self.orders, f"/orders/{order_id}")

    async def history(self, order_id: str) -> list[Json]:
        return (await shown(self.orders, f"/orders/{order_id}/events?limit=200"))["items"]

    async def payment(self, order_id: str) -> Json:
        """The one payment of the order."""
        found = (await shown(self.payments, f"/payments?order_id={order_id}"))["items"]
        assert len(found) == 1, found
        return found[0]

    async def reservation(self, order_id: str) -> Json:
        return await shown(self.inventory, f"/reservations/{order_id}")

    async def stock(self, sku: str) -> tuple[int, int]:
        """On hand and reserved."""
        product = await shown(self.inventory, f"/products/{sku}")
        return product["on_hand"], product["reserved"]

    async def cancel(self, order_id: str, reason: str = "customer_request") -> httpx.Response:
        return await cancel(self.orders, order_id, reason)

    async def step(self, order_id: str, status: str, **more: str) -> httpx.Response:
        """A staff step: PROCESSING, SHIPPED or DELIVERED."""
        return await patiently(
            self.orders, "POST", f"/orders/{order_id}/status", json={"status": status, **more}
        )

    async def reaches(self, order_id: str, *, within: float = 20.0, **wanted: str) -> Json:
        """The order once these fields have these values."""

        async def look() -> Json:
            order = await self.order(order_id)
            if any(order[field] != value for field, value in wanted.items()):
                raise NotYet(f"it is {views(order)}")
            return order

        return await until(f"order {order_id} reaches {wanted}", look, within=within)

    async def ended(self, order_id: str, *, within: float = 20.0) -> Json:
        """The order once nothing more happens to it by itself."""

        async def look() -> Json:
            order = await self.order(order_id)
            if not has_ended(order):
                raise NotYet(f"it is {views(order)}")
            return order

        return await until(f"order {order_id} ends", look, within=within)


def client_of(
    site: Site, service: str, *, connections: int = 20, role: Role = "staff", subject: str = "e2e"
) -> httpx.AsyncClient:
    """A client with at most so many connections: what a request costs it grows with their number."""
    return httpx.AsyncClient(
        base_url=site.service_url(service),
        timeout=30,
        limits=httpx.Limits(max_connections=connections),
        trust_env=False,
        auth=LocalTokens(site.service_url(ISSUER), role, subject),
        verify=False,  # plain HTTP: no certificates to load
    )


async def shown(client: httpx.AsyncClient, path: str) -> Json:
    """What a GET shows that has to succeed, however long the service takes to be there."""
    answer = await patiently(client, "GET", path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def cancel(
    client: httpx.AsyncClient, order_id: str, reason: str = "customer_request"
) -> httpx.Response:
    return await patiently(client, "DELETE", f"/orders/{order_id}", params={"reason": reason})


async def patiently(
    client: httpx.AsyncClient, method: str, path: str, *, within: float = 60.0, **request: Any
) -> httpx.Response:
    """As a good client does: the same request again while connections break or the answer is 503."""

    async def look() -> httpx.Response:
        try:
            answer = await client.request(method, path, **request)
        except httpx.TransportError as error:
            raise NotYet(f"{type(error).__name__} {error}") from error
        if answer.status_code == 503:
            raise NotYet(answer.text)
        assert answer.status_code < 500, f"{method} {path} answered {answer.status_code} {answer.text}"
        return answer

    return await until(f"{method} {client.base_url}{path.lstrip('/')} is answered", look, within=within)
