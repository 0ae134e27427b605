"""A customer's personal data made unreadable, for good."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import AwareDatetime, Field

from order_service.api.parts import OrderApi
from order_service.api.resources import Resource
from shared.http.access import allowed
from shared.http.actor import actor_of
from shared.http.inputs import CustomerId
from shared.http.json_bodies import JsonRoute
from shared.identity.callers import STAFF
from shared.observability.security_log import acted


class UnreadableResource(Resource):
    """Counted in the events of the customer's orders: an edited address counts each time. E-mail goes with it."""

    orders: int
    shipping_addresses: int
    notes: int
    internal_notes: int
    network_addresses: int


class ErasureResource(Resource):
    """What nobody can read any more, by this request or one before."""

    customer_id: str
    erased_now: bool = Field(description="False when nothing was left to erase.")
    erased_at: AwareDatetime | None = Field(
        description="The last time; null when there never was anything to erase."
    )
    unreadable: UnreadableResource


def erasing_router(api: OrderApi) -> APIRouter:
    router = APIRouter(prefix="/customers", tags=["customers"], route_class=JsonRoute)

    # An id may have slashes.
    @router.delete("/{customer_id:path}/personal-data")
    @allowed(STAFF)
    async def erase(customer_id: Annotated[CustomerId, Path()], request: Request) -> ErasureResource:
        """Destroys the key that the customer's personal data are sealed with: nobody can read them ever again.

        Orders and their history stay, without shipping address, e-mail, notes, internal notes and network addresses.
        Once more changes nothing. The customer may order again. Other processes may show the data for a minute yet.
        """
        actor = actor_of(request)
        erased_now = await api.erasures.erase(customer_id, actor, api.clock())
        acted("customer_erased", actor, customer_id=customer_id, erased_now=erased_now)
        erased = await api.erasures.erased(customer_id)
        return ErasureResource(
            customer_id=customer_id,
            erased_now=erased_now,
            erased_at=erased.at,
            unreadable=UnreadableResource(**asdict(erased.unreadable)),
        )

    return router
