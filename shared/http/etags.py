"""`ETag` is the version of a resource; `If-Match` lets a client write only over what it has seen (RFC 9110, 13.1.1).

The version is compared where the row is locked, in the batch that handles the command: see `seen` in
shared/runtime/answering.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Header

from shared.http.problems import FieldError, InvalidInput

IfMatchHeader = Annotated[str | None, Header(alias="If-Match", max_length=1000)]

_TAG = r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"'
_LIST = re.compile(rf"\s*{_TAG}(?:\s*,\s*{_TAG})*\s*")
_EACH = re.compile(_TAG)


@dataclass(frozen=True, slots=True)
class IfMatch:
    """`tags` are the strong ones; a weak tag never matches. `any_version` is `If-Match: *`."""

    any_version: bool
    tags: frozenset[str]

    def admits(self, version: int) -> bool:
        """For a resource that exists; one that does not exist is a 404 before any precondition."""
        return self.any_version or str(version) in self.tags


def etag(version: int) -> str:
    return f'"{version}"'


def parse_if_match(header: str) -> IfMatch:
    """Raises InvalidInput that names `If-Match` when it is neither `*` nor a list of entity tags."""
    if header.strip() == "*":
        return IfMatch(any_version=True, tags=frozenset())
    if not _LIST.fullmatch(header):
        refusal = FieldError("If-Match", 'must be * or a list of entity tags such as "3"')
        raise InvalidInput("The If-Match header is not valid.", errors=[refusal])
    return IfMatch(any_version=False, tags=frozenset(tag for weak, tag in _EACH.findall(header) if not weak))
