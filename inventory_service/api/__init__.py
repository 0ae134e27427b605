"""The inventory over HTTP: products with their stock, and what orders hold of it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from fastapi import APIRouter

from inventory_service.api.products import product_router
from inventory_service.api.reservations import reservation_router
from inventory_service.queries import Queries
from shared.runtime.commands import Commands
from shared.runtime.history import History


def inventory_routers(
    commands: Commands, queries: Queries, history: History, clock: Callable[[], datetime]
) -> Sequence[APIRouter]:
    return [product_router(commands, queries, clock), reservation_router(queries, history)]
