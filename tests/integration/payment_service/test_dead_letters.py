"""A dry run of a payment's dead letter names what the provider would be asked, and asks for nothing."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from sqlalchemy import text

from payment_service.main import SERVICE
from payment_service.settings import PaymentSettings
from shared.eventsourcing.ids import derived_id, new_id
from shared.identity.callers import OPS
from shared.runtime.application import application_of
from shared.runtime.commands import Commands
from shared.runtime.limiting import limits_of
from shared.runtime.service import Platform, Wiring
from tests.integration.payment_service.conftest import SIGNER, Books, Payments, placed, utc_now

_NOWHERE = "postgresql://nobody@nowhere.invalid/nothing"
_SETTINGS = {
    "database_url": _NOWHERE,
    "provider_database_url": _NOWHERE,
    "rabbitmq_url": "amqp://nobody@nowhere.invalid/",
    "oidc_issuer": "http://issuer.test",
    "port": 1,
}
_STORE = text(
    "INSERT INTO dead_letters (id, queue, event_id, type, body, error, stack_trace, attempts, first_failed_at,"
    " last_failed_at) VALUES (:id, 'payment_queue', :event_id, :type, :body, 'RuntimeError: x', '', 4, now(), now())"
)


@pytest.fixture
async def http(payments: Payments) -> AsyncIterator[httpx.AsyncClient]:
    """The dead letters of the service as it is wired, with the handler that its worker listens to."""
    platform = Platform(PaymentSettings.model_validate(_SETTINGS), payments.engine, utc_now, payments.engine)
    wired = SERVICE.wire(platform)
    wiring = Wiring(
        handler=payments.handler, commands=Commands(payments.handler), routers=[], foresee=wired.foresee
    )
    limits = limits_of(platform.settings, utc_now)
    application = application_of(SERVICE, platform, wiring, [], SIGNER.verifier(), limits)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(application),
        base_url="http://payments",
        headers=SIGNER.headers(OPS, "operator"),
    ) as http:
        yield http
    assert wired.close is not None
    await wired.close()


async def buried(payments: Payments, event_type: str, order_id: UUID, **data: Any) -> UUID:
    """An open letter with this event about the order."""
    letter_id, event_id, cause = new_id(), new_id(), str(new_id())
    event = {
        "specversion": "1.0",
        "id": str(event_id),
        "source": "/inventory-service",
        "type": event_type,
        "subject": str(order_id),
        "time": utc_now().isoformat(),
        "datacontenttype": "application/json",
        "dataschema": f"urn:eventflow:{event_type}:1",
        "correlationid": cause,
        "causationid": cause,
        "customerid": "c-1",
        "streamversion": 1,
        "data": {"order_id": str(order_id), **data},
    }
    row = {"id": letter_id, "event_id": event_id, "type": event_type, "body": orjson.dumps([event])}
    async with payments.engine.begin() as connection:
        await connection.execute(_STORE, row)
    return letter_id


async def replayed(http: httpx.AsyncClient, letter_id: UUID, **query: Any) -> dict[str, Any]:
    answer = await http.post(f"/dead-letters/{letter_id}/replay", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_charge_is_named_and_not_made_when_its_letter_is_only_rehearsed(
    payments: Payments, books: Books, http: httpx.AsyncClient
) -> None:
    order_id = new_id()
    await payments.hear(placed(order_id))
    letter = await buried(payments, "inventory.reserved", order_id, lines=[])
    payment_id = derived_id(order_id, "payment")

    async with payments.charging():
        shown = await replayed(http, letter, dry_run=True)

        assert shown["outcome"] == "took_effect"
        assert [event["type"] for event in shown["events"]] == ["payment.charge_requested"]
        [change] = shown["changes"]
        assert (change["table"], change["before"]["status"], change["after"]["status"]) == (
            "payments",
            "PENDING",
            "PROCESSING",
        )
        assert shown["messages"] == []
        [call] = shown["calls"]
        assert (call["to"], call["what"], call["key"]) == ("provider", "charge", f"{payment_id}:charge")
        assert call["request"] == {"amount": 4498, "currency": "USD", "method": "pm_card_visa"}
        assert await payments.rows("SELECT key FROM provider_calls WHERE order_id = :id", id=order_id) == []
        assert (await payments.state(order_id)).status == "PENDING"

        # The replay itself makes it, once.
        assert (await replayed(http, letter))["outcome"] == "took_effect"
        assert (await replayed(http, letter))["outcome"] == "already_processed"
        await payments.until(order_id, lambda payment: payment.captured == 4498)
    assert len(await books.entries(order_id)) == 1


async def test_refund_and_messages_are_named_when_the_letter_of_a_cancel_is_rehearsed(
    payments: Payments, books: Books, http: httpx.AsyncClient
) -> None:
    paid, pending = await payments.taken(), new_id()
    await payments.hear(placed(pending))
    cancel = {"reason": "customer_request", "previous_status": "CONFIRMED"}

    of_paid = await replayed(http, await buried(payments, "order.cancelled", paid, **cancel), dry_run=True)
    of_pending = await replayed(
        http, await buried(payments, "order.cancelled", pending, **cancel), dry_run=True
    )

    [call] = of_paid["calls"]
    assert (call["what"], call["request"]["amount"]) == ("refund", 4498)
    [message] = of_pending["messages"]
    assert (message["exchange"], message["event"]["type"], message["event"]["subject"]) == (
        "payment_exchange",
        "payment.cancelled",
        str(pending),
    )
    assert of_pending["calls"] == []
    assert await books.kept(paid) == 4498
