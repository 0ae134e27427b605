"""What a client may ask of its socket: `subscribe` and `unsubscribe`, each with one thing to follow."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from notification_gateway.cursors import LONGEST, Cursor, NotACursor
from notification_gateway.entries import DASHBOARD, Room
from shared.wording import plain


class Refused(Exception):
    """The request cannot be carried out; the text is for the client."""


class NotTheirs(Refused):
    """It is for others to follow."""


class SubscriptionRequest(BaseModel):
    """One of order_id, customer_id and topic."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    order_id: Annotated[UUID, Field(strict=False)] | None = None
    customer_id: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    topic: Literal["dashboard"] | None = None
    cursor: Annotated[str, Field(max_length=LONGEST)] | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if sum(each is not None for each in (self.order_id, self.customer_id, self.topic)) != 1:
            raise ValueError("name one of order_id, customer_id and topic")
        return self

    @property
    def room(self) -> Room:
        if self.order_id is not None:
            return "order", str(self.order_id)
        if self.customer_id is not None:
            return "customer", self.customer_id
        return DASHBOARD


def read_request(payload: object) -> tuple[Room, Cursor | None]:
    """What is to be followed, and from where on. Raises Refused."""
    try:
        request = SubscriptionRequest.model_validate(payload)
        return request.room, None if request.cursor is None else Cursor.parse(request.cursor)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part)[:50] for part in first["loc"])
        told = plain(first["msg"])
        raise Refused(f"{place}: {told}" if place else told) from None
    except NotACursor as error:
        raise Refused(f"cursor: {error}") from None
