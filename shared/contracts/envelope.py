"""CloudEvents 1.0: what is around every published event (https://github.com/cloudevents/spec, JSON format)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
)

BATCH_CONTENT_TYPE = "application/cloudevents-batch+json"


def _written_out(value: object) -> object:
    """pydantic alone would take a number, even as text, for seconds since 1970."""
    if isinstance(value, datetime) or (isinstance(value, str) and "T" in value):
        return value
    raise ValueError("a time is text, as in 2026-07-01T12:00:00Z")


Instant = Annotated[AwareDatetime, BeforeValidator(_written_out)]

# Far above anything that was ever sent, so not in the schemas, where a new bound is a break. Beyond them a number, or
# the sum of an order's quantities, could be heard but neither be stored nor be published again.
_LARGEST = 2**63 - 1
_MOST_UNITS = 10**12

Version = Annotated[
    int, Field(strict=True, ge=1, le=_LARGEST), WithJsonSchema({"type": "integer", "minimum": 1})
]
Count = Annotated[
    int, Field(strict=True, ge=0, le=_LARGEST), WithJsonSchema({"type": "integer", "minimum": 0})
]
Quantity = Annotated[
    int, Field(strict=True, ge=1, le=_MOST_UNITS), WithJsonSchema({"type": "integer", "minimum": 1})
]
MinorUnits = Annotated[
    int, Field(strict=True, ge=0, le=_LARGEST), WithJsonSchema({"type": "integer", "minimum": 0})
]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class ContractViolation(Exception):
    """The message breaks its contract, or nobody here knows its type and version: trying again cannot help."""


class Contract(BaseModel):
    """The `data` of one published event type in one version.

    Readers ignore fields they do not know, so a publisher may add one without asking anybody.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    # These two are on the wire and on disk: add a version, never edit one.
    type: ClassVar[str]
    schema_version: ClassVar[int] = 1
    exchange: ClassVar[str]
    source: ClassVar[str]
    # Whether the event is about an order, and so about a customer; events about a product name none.
    about_order: ClassVar[bool] = True

    @classmethod
    def schema_urn(cls) -> str:
        return f"urn:eventflow:{cls.type}:{cls.schema_version}"

    def upcast(self) -> "Contract | None":
        """The same event in the next version. None: this is the newest, the only one that reactions get to see."""
        return None

    @classmethod
    def is_newest(cls) -> bool:
        """Whether it is what publishers send today; older ones are only read."""
        return cls.upcast is Contract.upcast


class CloudEvent(BaseModel):
    """One published event. `subject` is the order id, or the SKU for events about a product."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    specversion: Literal["1.0"]
    id: UUID
    source: str = Field(min_length=1)
    type: str = Field(min_length=1)
    subject: str = Field(min_length=1)
    time: Instant
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str = Field(min_length=1)
    correlationid: UUID
    causationid: UUID
    customerid: str | None = None
    streamversion: Version
    traceparent: str | None = None
    data: Mapping[str, Any]


def parse_data(event: CloudEvent, registry: Mapping[str, type[Contract]]) -> Contract:
    """The event's data as the newest version of its contract, whichever it was sent in.

    Raises ContractViolation when type, version or a field does not fit.
    """
    contract = registry.get(event.dataschema)
    if contract is None or contract.type != event.type:
        raise ContractViolation(f"no contract {event.dataschema!r} for type {event.type!r}")
    try:
        data = contract.model_validate(event.data)
    except ValidationError as error:
        raise ContractViolation(f"{event.dataschema}: {error}") from error
    try:
        while (newer := data.upcast()) is not None:
            data = newer
    except Exception as error:
        raise ContractViolation(f"{event.dataschema} cannot be made its newest version: {error!r}") from error
    return data
