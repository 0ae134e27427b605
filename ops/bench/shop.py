"""EventFlow as a subject: products with plenty of stock, customers, and the orders that they place."""

import random
import time
from collections.abc import Mapping

import httpx
import orjson

from ops.bench.subject import Subject
from ops.stack.errors import StackError
from ops.stack.lifecycle import Stack
from ops.stack.processes import ProcessRecord
from ops.stack.site import ISSUER, Site
from ops.stack.tokens import LocalTokens, ask_for_token
from shared.messaging.topology import SUBSCRIPTIONS
from shared.messaging.users import OPERATOR

PRODUCTS = 20
CUSTOMERS = 200
BODIES = 1_000

_UNITS = 10**9
_PRICE = 1_999
_CURRENCY = "USD"
# The order service hears of a product at most 2 s after its 201, on a machine that is not busy.
_ORDERABLE_WITHIN = 30.0
_ASK_EVERY = 0.2
# Longer than any load lasts.
_TOKEN_SECONDS = 86_400


def open_shop(stack: Stack) -> Subject:
    """Fills the shelves of a stack that is up; returns when everything can be ordered. StackError when that fails."""
    site = stack.site()
    skus = [f"BENCH-{number:02}" for number in range(1, PRODUCTS + 1)]
    with _client(site, "inventory") as inventory:
        for sku in skus:
            product = {"sku": sku, "name": f"Product {sku}", "prices": {_CURRENCY: _PRICE}}
            _post(inventory, "/products", product)
            _post(inventory, f"/products/{sku}/adjustments", {"delta": _UNITS, "reason": "for the bench"})
    _wait_until_orderable(site, skus)
    return Subject(
        name="EventFlow",
        port=site.ports["order"],
        bodies=_orders(skus),
        token=ask_for_token(site.service_url(ISSUER), "service", "bench", _TOKEN_SECONDS)["access_token"],
        events_url=site.database_url("order", "auditor"),
        rabbitmq_url=site.broker_url(OPERATOR),
        queues=[subscription.queue for subscription in SUBSCRIPTIONS.values()],
        processes={
            name: ProcessRecord.of(state.pid)
            for name, state in stack.states().items()
            if state.pid is not None
        },
    )


def _orders(skus: list[str]) -> list[str]:
    """Orders of one to three lines by all customers; always the same ones."""
    chance = random.Random(1)
    return [
        _order(chance.sample(skus, chance.choice((1, 1, 2, 3))), f"bench-{number % CUSTOMERS}")
        for number in range(BODIES)
    ]


def _order(skus: list[str], customer: str) -> str:
    return orjson.dumps(
        {
            "items": [{"sku": sku, "quantity": 1, "expected_unit_price": _PRICE} for sku in skus],
            "currency": _CURRENCY,
            "payment_method": "pm_card_visa",
            "customer_id": customer,
        }
    ).decode()


def _wait_until_orderable(site: Site, skus: list[str]) -> None:
    deadline = time.monotonic() + _ORDERABLE_WITHIN
    with _client(site, "order") as orders:
        while (answer := _place(orders, _order(skus, "bench-first"))).status_code != 201:
            if time.monotonic() > deadline:
                raise StackError(f"The bench's products cannot be ordered: {answer.text[:300]}")
            time.sleep(_ASK_EVERY)


def _client(site: Site, service: str) -> httpx.Client:
    tokens = LocalTokens(site.service_url(ISSUER), "staff", "bench")
    return httpx.Client(base_url=site.service_url(service), timeout=30, trust_env=False, auth=tokens)


def _place(orders: httpx.Client, body: str) -> httpx.Response:
    return orders.post("/orders", content=body, headers={"Content-Type": "application/json"})


def _post(client: httpx.Client, path: str, body: Mapping[str, object]) -> None:
    answer = client.post(path, json=body)
    if not answer.is_success:
        raise StackError(f"The bench could not fill the shelves: {path} answered {answer.text[:300]}")
