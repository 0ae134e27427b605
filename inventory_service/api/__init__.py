"""The inventory over HTTP: products with their stock, and what orders hold of it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from fastapi import APIRouter

from inventory_service.api.products import product_router
from inventory_service.api.reservations import reservation_router
from inventory_service.queries import Queries
from shared.eventsourcing.codec import Codec
from shared.runtime.commands import Commands


def inventory_routers(
    commands: Commands, queries: Queries, codec: Codec, clock: Callable[[], datetime]
) -> Sequence[APIRouter]:
    return [product_router(commands, queries, clock), reservation_router(queries, codec)]
