"""What is alike in what clients send: base models, and the names of things. Unknown fields are refused everywhere.

Control characters need no care here: they are refused before any model is looked at (control_characters.py).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

SKU_PATTERN = r"^[A-Z0-9][A-Z0-9-]{0,63}$"

Sku = Annotated[str, Field(pattern=SKU_PATTERN)]
CustomerId = Annotated[str, Field(min_length=1, max_length=128)]

_DATE_AND_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]")


def _written_out(value: object) -> object:
    if isinstance(value, str) and not _DATE_AND_TIME.match(value):
        raise ValueError("must be a time with its zone, such as 2026-07-01T12:00:00Z")
    return value


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("must be within the years 1 to 9999 in UTC") from None


Time = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_in_utc)]
"""RFC 3339 with a zone, in UTC from here on. Counts of seconds are refused."""


class RequestBody(BaseModel):
    """A JSON body or a part of one. Nothing is converted: "1", 1.0 and true are not integers.

    Choices are `Literal`s. Types that JSON does not have (UUID, datetime, enum) need `Field(strict=False)`.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class QueryParameters(BaseModel):
    """The query string as a whole, declared as `Annotated[Filters, Query()]`. Values are converted from text."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
