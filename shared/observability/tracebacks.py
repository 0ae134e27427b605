"""Exceptions as data for the log: types, messages, files and lines, never the values of local variables."""

from __future__ import annotations

from typing import Any

from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import ExcInfo

# These quote the rejected value in their message, and that value may be somebody's address.
_QUOTE_THEIR_INPUT = frozenset({"ValidationError", "RequestValidationError", "ResponseValidationError"})

_transform = ExceptionDictTransformer(show_locals=False)


def structured_traceback(exc_info: ExcInfo) -> list[dict[str, Any]]:
    """The exception and its causes, newest first: `exc_type`, `exc_value`, `frames` of filename, lineno and name."""
    return _without_input(_transform(exc_info))


def _without_input(stacks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for stack in stacks:
        if stack["exc_type"] in _QUOTE_THEIR_INPUT:
            stack["exc_value"] = "(not logged: it quotes the rejected input)"
        for member in stack["exceptions"]:
            _without_input(member)
    return stacks
