"""JSON Schema (draft 2020-12) of the data of every public event, and of the envelope around it."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import DictSchema

from shared.contracts import CONTRACTS, CloudEvent, Contract

Document = dict[str, Any]

ENVELOPE = "envelope"


class PlainSchema(GenerateJsonSchema):
    """Says what our readers accept, without a title that only repeats a field's name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def dict_schema(self, schema: DictSchema) -> JsonSchemaValue:
        described = super().dict_schema(schema)
        if "patternProperties" in described:
            described["additionalProperties"] = False
        return described


def file_name(contract: type[Contract]) -> str:
    """`order.created.1`: a type in one version."""
    return f"{contract.type}.{contract.schema_version}"


def contract_schemas() -> Mapping[str, Document]:
    """By file name. The `$id` of a schema is the `dataschema` of its events."""
    schemas = {file_name(contract): _schema(contract.schema_urn(), contract) for contract in CONTRACTS}
    return {ENVELOPE: _schema("urn:eventflow:envelope:1", CloudEvent), **schemas}


def _schema(urn: str, model: type[BaseModel]) -> Document:
    described = model.model_json_schema(schema_generator=PlainSchema)
    return {"$schema": PlainSchema.schema_dialect, "$id": urn, **described}
