"""Customers see their own payments alone: anybody else's is not found, as if it did not exist."""

from typing import Any

import httpx
import pytest

from shared.eventsourcing.ids import derived_id, new_id
from shared.identity.callers import CUSTOMER, Role
from tests.integration.payment_service.conftest import SIGNER, Payments


async def ask(
    payments: Payments, subject: str, path: str, role: Role = CUSTOMER, **query: Any
) -> httpx.Response:
    headers = SIGNER.headers(role, subject)
    return await payments.http.get(f"/payments{path}", headers=headers, params=query)


@pytest.mark.parametrize("path", ["", "/events", "/refunds"])
async def test_payment_is_not_found_when_it_is_anothers(payments: Payments, path: str) -> None:
    payment_id = derived_id(await payments.reserved(), "payment")

    hidden = await ask(payments, "c-2", f"/{payment_id}{path}")
    unknown = await ask(payments, "c-2", f"/{new_id()}{path}")

    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert hidden.json()["detail"] == unknown.json()["detail"]
    assert (await ask(payments, "c-1", f"/{payment_id}{path}")).status_code == 200


async def test_list_has_the_customers_own_alone_when_a_customer_looks(payments: Payments) -> None:
    order_id = await payments.reserved()
    assert (await ask(payments, "c-2", "")).json()["items"] == []
    assert (await ask(payments, "c-2", "", order_id=order_id)).json()["items"] == []
    [shown] = (await ask(payments, "c-1", "", order_id=order_id)).json()["items"]
    assert shown["customer_id"] == "c-1"
    refused = await ask(payments, "c-2", "", customer_id="c-1")
    assert (refused.status_code, [error["field"] for error in refused.json()["errors"]]) == (
        422,
        ["customer_id"],
    )


async def test_customer_cannot_have_money_returned_by_asking(payments: Payments) -> None:
    order_id = await payments.reserved()
    path = f"/payments/{derived_id(order_id, 'payment')}/refunds"
    headers = SIGNER.headers(CUSTOMER, "c-1")
    for each in (path, f"{path}/{new_id()}/retry"):
        assert (await payments.http.post(each, headers=headers, json={})).status_code == 403
