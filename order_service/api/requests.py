"""What clients may send: product.md, "REST"."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from order_service.domain.lifecycle import OrderStatus
from order_service.queries import OrderFilter
from shared.contracts.envelope import Currency
from shared.http.inputs import CustomerId, RequestBody, Sku
from shared.http.pagination import PageQuery


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
    customer_id: CustomerId
    shipping_address: AddressInput | None = None
    notes: str | None = Field(default=None, max_length=500)


class StepInput(RequestBody):
    status: Literal["PROCESSING", "SHIPPED", "DELIVERED"]
    tracking_number: str | None = Field(default=None, min_length=1, max_length=100)

    @model_validator(mode="after")
    def _only_a_shipment_is_tracked(self) -> Self:
        if self.tracking_number is not None and self.status != "SHIPPED":
            raise ValueError("tracking_number goes with status SHIPPED only")
        return self


class OrderQuery(PageQuery):
    status: Annotated[list[OrderStatus], Field(max_length=7, default_factory=list[OrderStatus])]
    customer_id: CustomerId | None = None

    def filter(self) -> OrderFilter:
        return OrderFilter(frozenset(self.status), self.customer_id)
