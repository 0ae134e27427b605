"""What is alike in what clients send: base models, and the names of things. Unknown fields are refused everywhere.

Control characters need no care here: they are refused before any model is looked at (control_characters.py).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

SKU_PATTERN = r"^[A-Z0-9][A-Z0-9-]{0,63}$"

Sku = Annotated[str, Field(pattern=SKU_PATTERN)]
CustomerId = Annotated[str, Field(min_length=1, max_length=128)]


class RequestBody(BaseModel):
    """A JSON body or a part of one. Nothing is converted: "1", 1.0 and true are not integers.

    Choices are `Literal`s. Types that JSON does not have (UUID, datetime, enum) need `Field(strict=False)`.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class QueryParameters(BaseModel):
    """The query string as a whole, declared as `Annotated[Filters, Query()]`. Values are converted from text."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
