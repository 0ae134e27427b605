"""Orders in figures."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, Field

from order_service.api.parts import OrderApi, new_router
from order_service.api.resources import Resource
from order_service.domain.lifecycle import CancelReason, FailureReason, OrderStatus
from shared.http.access import allowed
from shared.http.inputs import QueryParameters, Time
from shared.http.problems import FieldError, InvalidInput
from shared.identity.callers import OPS, STAFF

PERIOD = timedelta(days=30)
LONGEST = timedelta(days=366)
_FIRST = datetime.min.replace(tzinfo=UTC)


class StatsQuery(QueryParameters):
    since: Annotated[
        Time | None, Field(alias="from", description="Placed at this time or later; 30 days before `to`.")
    ] = None
    until: Annotated[
        Time | None, Field(alias="to", description="Placed before this time; now unless given.")
    ] = None

    def period(self, now: datetime) -> tuple[datetime, datetime]:
        """Raises InvalidInput when it is none, or too long."""
        until = self.until or now
        since = self.since or max(until, _FIRST + PERIOD) - PERIOD
        if since > until or until - since > LONGEST:
            message = f"must be before `to`, by {LONGEST.days} days at most"
            raise InvalidInput("There are no such statistics.", errors=[FieldError("from", message)])
        return since, until


class DayRevenue(Resource):
    """`revenue` in minor units: totals less what was refunded, of orders that are CONFIRMED or beyond now."""

    day: date = Field(description="The UTC day on which the orders were placed.")
    currency: str
    orders: int
    revenue: int


class Ending(Resource):
    status: Literal["CANCELLED", "FAILED"]
    reason: CancelReason | FailureReason
    orders: int


class SagaLatency(Resource):
    """Seconds from placed to confirmed; null while no order was."""

    p50: float | None
    p95: float | None
    p99: float | None


class OrderStats(Resource):
    """All figures are of the orders placed from `from` on and before `to`, as they are now."""

    since: AwareDatetime = Field(alias="from")
    until: AwareDatetime = Field(alias="to")
    placed: int
    confirmed: int = Field(description="Ever confirmed, whatever became of the order since.")
    conversion: float | None = Field(description="confirmed / placed; null when nothing was placed.")
    by_status: dict[OrderStatus, int] = Field(description="Every status, also those without orders.")
    revenue: list[DayRevenue] = Field(
        description="By day, then currency; without days on which nothing was sold."
    )
    failures: list[Ending] = Field(
        description="Why orders failed or were cancelled, the most frequent first."
    )
    latency: SagaLatency


def stats_router(api: OrderApi) -> APIRouter:
    router = new_router()

    @router.get("/stats", response_model=OrderStats)
    @allowed(STAFF, OPS)
    async def show_statistics(wanted: Annotated[StatsQuery, Query()]) -> Response:
        """Counts by status, revenue, reasons of failure, how long confirming takes, and the conversion."""
        since, until = wanted.period(api.clock())
        found = await api.statistics.placed_within(since, until)
        placed, confirmed = found["placed"], found["confirmed"]
        p50, p95, p99 = found["latency"] or (None, None, None)
        counts: Mapping[str, int] = found["by_status"] or {}
        stats = OrderStats.model_validate(
            {
                "from": since,
                "to": until,
                "placed": placed,
                "confirmed": confirmed,
                "conversion": confirmed / placed if placed else None,
                "by_status": {status: counts.get(status, 0) for status in OrderStatus},
                "revenue": found["revenue"] or [],
                "failures": found["endings"] or [],
                "latency": {"p50": p50, "p95": p95, "p99": p99},
            }
        )
        return Response(stats.model_dump_json(by_alias=True), media_type="application/json")

    return router
