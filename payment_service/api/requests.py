"""What clients may send: docs/specification.md, "REST"."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from payment_service.domain.payment import PaymentStatus
from payment_service.queries import PaymentFilter
from shared.http.access import customer_named
from shared.http.inputs import CustomerId, RequestBody
from shared.http.pagination import PageQuery
from shared.identity.callers import Caller

# No order is dearer.
_MOST = 10**12


class RefundRequest(RequestBody):
    """`amount` in minor units of the payment's currency; left out, it is all that can still be returned."""

    amount: Annotated[int, Field(ge=1, le=_MOST)] | None = None
    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]


class PaymentQuery(PageQuery):
    order_id: UUID | None = None
    status: PaymentStatus | None = None
    customer_id: CustomerId | None = None

    def filter(self, caller: Caller) -> PaymentFilter:
        """Raises InvalidInput when a customer asks for another's."""
        return PaymentFilter(self.order_id, self.status, customer_named(caller, self.customer_id))
