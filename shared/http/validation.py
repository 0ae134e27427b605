"""What FastAPI found wrong with a request, in the words of our problems."""

from __future__ import annotations

import email.message
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.exceptions import RequestValidationError

from shared.http.problems import FieldError, InvalidInput, MalformedRequest, Problem, UnsupportedMediaType
from shared.wording import plain

_REPORTED_AT_MOST = 100
_FIELD_AT_MOST = 200


def problem_of_validation(error: RequestValidationError, *, content_type: str | None) -> Problem:
    """MalformedRequest, UnsupportedMediaType, or InvalidInput with the first 100 faults by field."""
    found: Sequence[Mapping[str, Any]] = error.errors()
    if found[0]["type"] == "json_invalid":
        reason = str(found[0]["ctx"]["error"])
        return MalformedRequest(f"The request body is not valid JSON in UTF-8: {reason}.")
    # FastAPI parses only what is declared as JSON, and hands other bodies to the model as bytes.
    if isinstance(error.body, bytes) and not _is_json(content_type):
        return UnsupportedMediaType("Send the body as JSON, with `Content-Type: application/json`.")
    faults = [FieldError(_field(fault["loc"]), plain(fault["msg"])) for fault in found[:_REPORTED_AT_MOST]]
    count = f"{len(found)} fields are" if len(found) > 1 else "1 field is"
    return InvalidInput(f"{count} not valid.", errors=faults)


def _is_json(content_type: str | None) -> bool:
    if content_type is None:
        return False
    header = email.message.Message()
    header["content-type"] = content_type
    subtype = header.get_content_subtype()
    return header.get_content_maintype() == "application" and (subtype == "json" or subtype.endswith("+json"))


def _field(location: Sequence[str | int]) -> str:
    """`("body", "items", 0, "sku")` is items.0.sku; parameters and headers go by their own name."""
    return ".".join(str(part) for part in location[1:] or location)[:_FIELD_AT_MOST]
