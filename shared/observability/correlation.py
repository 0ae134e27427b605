"""The id that ties together what one request or one message causes: in logs, problems and event metadata."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

import uuid_utils

# Foreign ids end up in logs and event metadata, so only what is harmless there is taken over.
_SANE = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")

CORRELATION: ContextVar[str | None] = ContextVar("correlation_id", default=None)


def correlation_id() -> str | None:
    """The id bound to the work at hand; None outside a request or message."""
    return CORRELATION.get()


@contextmanager
def correlated(identifier: str) -> Generator[None]:
    """Binds the id for the length of the block, in this task and in those it starts."""
    token = CORRELATION.set(identifier)
    try:
        yield
    finally:
        CORRELATION.reset(token)


def adopt_or_create(offered: bytes | None) -> str:
    """The offered id when it is 1 to 128 of `A-Za-z0-9._:-`, starting with a letter or digit; else a new UUIDv7."""
    if offered is not None and _SANE.fullmatch(offered):
        return offered.decode("ascii")
    return str(uuid_utils.uuid7())
