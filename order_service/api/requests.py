"""What clients may send: docs/specification.md, "REST"."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any, Literal, Self, TypedDict
from uuid import UUID

from pydantic import MISSING, AfterValidator, Field, JsonValue, conint, model_validator

from order_service.domain.commands import CancelOrder, DeliverOrder, ShipOrder, StartProcessing
from order_service.domain.lifecycle import CancelReason, OrderStatus
from order_service.domain.placing import TOTAL_LIMIT
from order_service.filtering import STUCK_AFTER, OrderFilter, OrderSort, Place
from order_service.numbers import PREFIX
from shared.contracts.envelope import Currency
from shared.http.access import customer_named
from shared.http.inputs import CustomerId, QueryParameters, RequestBody, Sku, Time
from shared.http.pagination import KeysetCursor, PageQuery
from shared.http.problems import FieldError, InvalidInput
from shared.identity.callers import Caller

_PLACE = KeysetCursor(tuple[OrderSort, conint(ge=0, le=TOTAL_LIMIT), UUID])


class WantedItem(RequestBody):
    sku: Sku
    quantity: int = Field(ge=1, le=10_000)
    expected_unit_price: int | None = Field(
        default=None,
        ge=0,
        le=10**12,
        description="The price that you saw, in minor units. If it has changed since, the order is refused.",
    )


class AddressInput(RequestBody):
    name: str = Field(min_length=1, max_length=200)
    line1: str = Field(min_length=1, max_length=200)
    line2: str | None = Field(default=None, max_length=200)
    city: str = Field(min_length=1, max_length=200)
    region: str | None = Field(default=None, max_length=200)
    postal_code: str = Field(min_length=1, max_length=20)
    country: str = Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2.")
    email: str | None = Field(default=None, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")


class OrderInput(RequestBody):
    items: list[WantedItem] = Field(min_length=1, max_length=100)
    currency: Currency = Field(description="ISO 4217.")
    payment_method: str = Field(pattern=r"^pm_[A-Za-z0-9_]{1,64}$")
    customer_id: CustomerId | None = Field(
        default=None,
        description="Whose order it is: for customers the subject of their token, which it may say.",
    )
    shipping_address: AddressInput | None = None
    notes: str | None = Field(default=None, max_length=500)


RequestedReason = Literal["customer_request", "staff_request"]
StepStatus = Literal["PROCESSING", "SHIPPED", "DELIVERED"]


class StepInput(RequestBody):
    status: StepStatus
    tracking_number: str | None = Field(default=None, min_length=1, max_length=100)

    @model_validator(mode="after")
    def _only_a_shipment_is_tracked(self) -> Self:
        if self.tracking_number is not None and self.status != "SHIPPED":
            raise ValueError("tracking_number goes with status SHIPPED only")
        return self

    def command(self, order_id: UUID) -> StartProcessing | ShipOrder | DeliverOrder:
        return step_to(self.status, order_id, self.tracking_number)


def step_to(
    status: StepStatus, order_id: UUID, tracking_number: str | None
) -> StartProcessing | ShipOrder | DeliverOrder:
    match status:
        case "PROCESSING":
            return StartProcessing(order_id)
        case "SHIPPED":
            return ShipOrder(order_id, tracking_number)
        case "DELIVERED":
            return DeliverOrder(order_id)


class DetailsInput(RequestBody):
    """What is left out stays as it is; null takes it away."""

    shipping_address: AddressInput | MISSING | None = MISSING
    notes: Annotated[str, Field(max_length=500)] | MISSING | None = MISSING

    def differing_from(self, known: Mapping[str, JsonValue]) -> dict[str, Any]:
        """The fields that are given and not yet so, by name."""
        return {field: value for field, value in self.model_dump().items() if value != known[field]}


def _each_once(ids: list[UUID]) -> list[UUID]:
    if len(set(ids)) < len(ids):
        raise ValueError("must not name an order twice")
    return ids


class BulkInput(RequestBody):
    """`action` cancel takes a `reason`; `action` status takes the `status`, and with SHIPPED a `tracking_number`."""

    action: Literal["cancel", "status"]
    ids: Annotated[
        list[Annotated[UUID, Field(strict=False)]],
        Field(min_length=1, max_length=500, json_schema_extra={"uniqueItems": True}),
        AfterValidator(_each_once),
    ]
    reason: RequestedReason | None = Field(default=None, description="staff_request unless given.")
    status: StepStatus | None = None
    tracking_number: str | None = Field(default=None, min_length=1, max_length=100)

    @model_validator(mode="after")
    def _fits_its_action(self) -> Self:
        if self.action == "status" and self.status is None:
            raise ValueError("action status needs a status")
        if self.action == "status" and self.reason is not None:
            raise ValueError("reason goes with action cancel only")
        if self.action == "cancel" and self.status is not None:
            raise ValueError("status goes with action status only")
        if self.tracking_number is not None and self.status != "SHIPPED":
            raise ValueError("tracking_number goes with status SHIPPED only")
        return self

    def command(self, order_id: UUID) -> CancelOrder | StartProcessing | ShipOrder | DeliverOrder:
        if self.status is None:
            return CancelOrder(order_id, CancelReason(self.reason or "staff_request"))
        return step_to(self.status, order_id, self.tracking_number)


class NoteInput(RequestBody):
    text: str = Field(min_length=1, max_length=2000, pattern=r"\S")


class MomentQuery(QueryParameters):
    as_of: Annotated[Time | None, Field(description="The order as it was at this time.")] = None
    version: Annotated[
        int | None, Field(ge=1, lt=2**63, description="The order as this version left it; not with `as_of`.")
    ] = None

    @model_validator(mode="after")
    def _names_one_moment(self) -> Self:
        if self.as_of is not None and self.version is not None:
            raise ValueError("as_of and version exclude each other")
        return self


class OrderFilterQuery(QueryParameters):
    """All that is given must hold."""

    status: Annotated[list[OrderStatus], Field(max_length=7, default_factory=list[OrderStatus])]
    customer_id: CustomerId | None = None
    sku: Sku | None = None
    q: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=254,
            description="The order's number, with or without EF-, its id, its payment's id, or the e-mail address in"
            " its shipping address; the whole of it, in any case.",
        ),
    ] = None
    created_from: Annotated[Time | None, Field(description="Placed at this time or later.")] = None
    created_to: Annotated[Time | None, Field(description="Placed before this time.")] = None
    min_total: Annotated[
        int | None, Field(ge=0, le=TOTAL_LIMIT, description="In minor units, whatever the currency.")
    ] = None
    max_total: Annotated[
        int | None, Field(ge=0, le=TOTAL_LIMIT, description="In minor units, whatever the currency.")
    ] = None
    stuck: Annotated[
        bool | None,
        Field(
            description="Whether the order was left unfinished: PENDING for more than two minutes, or CANCELLED or"
            " FAILED with its money or its stock not yet back and nothing heard of it for two minutes. CONFIRMED"
            " orders and those beyond are never stuck: they wait for people."
        ),
    ] = None
    sort: Annotated[
        OrderSort,
        Field(
            description="A minus sign puts the highest first. `total` is in minor units, whatever the currency."
        ),
    ] = OrderSort.NEWEST

    def filter(self, caller: Caller, email_mark: Callable[[str], bytes], now: datetime) -> OrderFilter:
        """Raises InvalidInput when a customer asks for another's."""
        return OrderFilter(
            statuses=frozenset(self.status),
            customer_id=customer_named(caller, self.customer_id),
            sku=self.sku,
            created_from=self.created_from,
            created_to=self.created_to,
            min_total=self.min_total,
            max_total=self.max_total,
            stuck=self.stuck,
            quiet_since=now - STUCK_AFTER,
            **_searched(self.q, email_mark),
        )


class OrderQuery(OrderFilterQuery, PageQuery):
    def place(self) -> Place | None:
        """Where to go on. Raises InvalidInput when the cursor is not one of this list in this sort."""
        key = _PLACE.decode(self.cursor)
        if key is None:
            return None
        sort, total, order_id = key
        if sort != self.sort:
            raise InvalidInput(
                "The cursor is not valid.", errors=[FieldError("cursor", "is of a list in another order")]
            )
        return Place(order_id, total)

    def cursor_at(self, place: Place) -> str:
        return _PLACE.encode((self.sort, place.total, place.order_id))


class _Searched(TypedDict, total=False):
    number: str
    any_id: UUID
    email_mark: bytes


def _searched(q: str | None, email_mark: Callable[[str], bytes]) -> _Searched:
    """What `q` can be, by how it looks."""
    if q is None:
        return {}
    if "@" in q:
        return {"email_mark": email_mark(q)}
    with suppress(ValueError):
        return {"any_id": UUID(q)}
    wanted = q.strip().upper()
    return {"number": wanted if wanted.startswith(PREFIX) else f"{PREFIX}{wanted}"}
