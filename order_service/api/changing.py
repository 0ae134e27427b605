"""Orders placed, edited, cancelled and carried on."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from order_service.api.parts import OrderApi, new_router
from order_service.api.refusals import (
    NoLongerCancellable,
    NoLongerEditable,
    NoStepThere,
    NotOrderable,
    OrderTooLarge,
    PriceHasChanged,
    order_not_found,
)
from order_service.api.requests import DetailsInput, OrderInput, RequestedReason, StepInput
from order_service.api.resources import OrderResource, order_document
from order_service.api.submitting import OrderShown, Submitter, Wish
from order_service.domain.commands import CancelOrder, Edit, EditDetails, PlaceOrder, WantedLine
from order_service.domain.lifecycle import CancelReason
from order_service.personal_data import ADDRESS, NOTES
from shared.eventsourcing.ids import new_id
from shared.http.access import allowed, caller_of, customer_named, is_hidden_from
from shared.http.actor import actor_of
from shared.http.etags import IfMatchHeader
from shared.http.idempotency import IdempotencyKeyHeader
from shared.http.openapi import documented
from shared.http.problems import FieldError, IdempotencyKeyReused, InvalidInput, NotFound, PreconditionFailed
from shared.identity.callers import CUSTOMER, SERVICE, STAFF, Caller


def changing_router(api: OrderApi) -> APIRouter:
    router = new_router()
    submitter = Submitter(api.commands, api.personal)

    @router.post(
        "",
        status_code=201,
        response_model=OrderResource,
        responses=documented(
            PriceHasChanged, InvalidInput, NotOrderable, OrderTooLarge, IdempotencyKeyReused
        ),
    )
    @allowed(CUSTOMER, STAFF, SERVICE)
    async def place_order(body: OrderInput, request: Request, key: IdempotencyKeyHeader = None) -> Response:
        """Places an order at the current prices; it is PENDING until stock and payment are settled."""
        customer_id = _customer_of(body, caller_of(request))
        order_id = new_id()
        actor = actor_of(request)
        answer = OrderShown(api.queries, order_id, HTTPStatus.CREATED)
        number = await api.numbers.take()
        address = None if body.shipping_address is None else body.shipping_address.model_dump()

        async def prepare() -> Wish:
            now = api.clock()
            sealed = await api.personal.seal(customer_id, address, body.notes)
            command = PlaceOrder(
                order_id=order_id,
                number=number,
                customer_id=customer_id,
                lines=tuple(
                    WantedLine(item.sku, item.quantity, item.expected_unit_price) for item in body.items
                ),
                currency=body.currency,
                payment_method=body.payment_method,
                expires_at=now + api.expiry,
                shipping_address=sealed.shipping_address,
                notes=sealed.notes,
            )
            return Wish(command, actor, customer_id, now, answer, key=key)

        return await submitter.submit(request, prepare)

    @router.patch(
        "/{order_id}",
        response_model=OrderResource,
        responses=documented(NotFound, NoLongerEditable, PreconditionFailed),
    )
    @allowed(CUSTOMER, STAFF)
    async def edit_order(
        order_id: UUID, body: DetailsInput, request: Request, if_match: IfMatchHeader = None
    ) -> Response:
        """Edits the customer's address and notes while the order has not shipped, failed or been cancelled."""
        answer = OrderShown(api.queries, order_id, HTTPStatus.OK)

        async def prepare() -> Wish:
            found = await api.queries.order(order_id)
            if found is None:
                raise order_not_found()
            customer_id = found.row.state.customer_id
            if is_hidden_from(caller_of(request), customer_id):
                raise order_not_found().hiding()
            [known] = await api.personal.open([order_document(order_id, found.row)])
            command = await _edit(order_id, customer_id, body.differing_from(known))
            return Wish(command, actor_of(request), customer_id, api.clock(), answer, if_match=if_match)

        return await submitter.submit(request, prepare)

    async def _edit(order_id: UUID, customer_id: str, changes: dict[str, Any]) -> EditDetails:
        sealed = await api.personal.seal(customer_id, changes.get(ADDRESS), changes.get(NOTES))
        return EditDetails(
            order_id,
            shipping_address=Edit(sealed.shipping_address) if ADDRESS in changes else None,
            notes=Edit(sealed.notes) if NOTES in changes else None,
        )

    @router.delete(
        "/{order_id}",
        status_code=202,
        response_model=OrderResource,
        responses={
            200: {"model": OrderResource, "description": "It was cancelled before."},
            **documented(NotFound, NoLongerCancellable, PreconditionFailed),
        },
    )
    @allowed(CUSTOMER, STAFF)
    async def cancel_order(
        order_id: UUID,
        request: Request,
        reason: RequestedReason = "customer_request",
        if_match: IfMatchHeader = None,
    ) -> Response:
        """Cancels an order that has not shipped. What was reserved and paid for it goes back."""
        caller = caller_of(request)
        if caller.role == CUSTOMER and reason != CancelReason.CUSTOMER_REQUEST:
            refusal = FieldError("reason", "is not a customer's; leave it out")
            raise InvalidInput("The request is not valid.", errors=[refusal])
        customer_id = await api.customer_of(order_id, caller)
        command = CancelOrder(order_id, CancelReason(reason))
        answer = OrderShown(api.queries, order_id, HTTPStatus.ACCEPTED)

        async def prepare() -> Wish:
            return Wish(command, actor_of(request), customer_id, api.clock(), answer, if_match=if_match)

        return await submitter.submit(request, prepare)

    @router.post(
        "/{order_id}/status",
        response_model=OrderResource,
        responses=documented(NotFound, NoStepThere, PreconditionFailed),
    )
    @allowed(STAFF)
    async def take_step(
        order_id: UUID, body: StepInput, request: Request, if_match: IfMatchHeader = None
    ) -> Response:
        """The next step of a confirmed order: PROCESSING, SHIPPED, DELIVERED. Taking it again changes nothing."""
        customer_id = await api.customer_of(order_id, caller_of(request))
        command = body.command(order_id)
        answer = OrderShown(api.queries, order_id, HTTPStatus.OK)

        async def prepare() -> Wish:
            return Wish(command, actor_of(request), customer_id, api.clock(), answer, if_match=if_match)

        return await submitter.submit(request, prepare)

    return router


def _customer_of(body: OrderInput, caller: Caller) -> str:
    """Whose order it will be. Raises InvalidInput that names `customer_id`."""
    customer_id = customer_named(caller, body.customer_id)
    if customer_id is None:
        refusal = FieldError("customer_id", "is required")
        raise InvalidInput("Say whose order it is.", errors=[refusal])
    return customer_id
