"""What the routes are made of, and what several of them ask."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from fastapi import APIRouter, Response

from order_service.api.refusals import order_not_found
from order_service.erasures import Erasures
from order_service.numbers import OrderNumbers
from order_service.past import PastOrders
from order_service.personal_data import PersonalData
from order_service.queries import OrderQueries
from order_service.statistics import OrderStatistics
from shared.http.access import is_hidden_from
from shared.http.json_bodies import JsonRoute
from shared.identity.callers import Caller
from shared.runtime.commands import Commands
from shared.runtime.history import History


@dataclass(frozen=True, slots=True)
class OrderApi:
    """An order may stay PENDING for `expiry`."""

    commands: Commands
    queries: OrderQueries
    past: PastOrders
    statistics: OrderStatistics
    history: History
    personal: PersonalData
    erasures: Erasures
    numbers: OrderNumbers
    clock: Callable[[], datetime]
    expiry: timedelta

    async def customer_of(self, order_id: UUID, caller: Caller) -> str:
        """Whose order it is. Raises NotFound, also when the order is hidden from whoever asks."""
        customers = await self.queries.customers_of([order_id])
        if order_id not in customers:
            raise order_not_found()
        if is_hidden_from(caller, customers[order_id]):
            raise order_not_found().hiding()
        return customers[order_id]


def new_router() -> APIRouter:
    return APIRouter(prefix="/orders", tags=["orders"], route_class=JsonRoute)


def json_response(document: object, headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(document), headers=headers, media_type="application/json")
