"""The order service's paths. What has a name of its own comes before what an id could stand for."""

from collections.abc import Sequence

from fastapi import APIRouter

from order_service.api.bulk import bulk_router
from order_service.api.changing import changing_router
from order_service.api.erasing import erasing_router
from order_service.api.notes import notes_router
from order_service.api.parts import OrderApi
from order_service.api.reading import reading_router
from order_service.api.stats import stats_router


def order_routers(api: OrderApi) -> Sequence[APIRouter]:
    return [
        bulk_router(api),
        stats_router(api),
        reading_router(api),
        changing_router(api),
        notes_router(api),
        erasing_router(api),
    ]
