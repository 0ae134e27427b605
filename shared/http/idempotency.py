"""`Idempotency-Key`: a POST that is sent twice is carried out once, and answered with the same answer.

Storing keys and answers is the commit's work, in the transaction of what they stand for. Here are the two values
that it stores, how a request becomes the one and how the other becomes a response.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Annotated

import orjson
from fastapi import Header, Request, Response
from pydantic import JsonValue

from shared.http.problem_responses import PROBLEM_JSON, problem_document
from shared.http.problems import Problem

IdempotencyKeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="Visible ASCII. The same key with the same body gives the first answer again for 24 hours.",
    ),
]


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """Unique by (`subject`, `key`). `key` holds method, path and a digest of the query too; `fingerprint` tells bodies apart."""

    subject: str
    key: str
    fingerprint: str

    @property
    def identity(self) -> tuple[str, str]:
        return self.subject, self.key


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as it is kept. `headers` are those of this answer alone, such as Location and ETag."""

    status: int
    body: Mapping[str, JsonValue]
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


async def idempotency_key(request: Request, header: str | None, subject: str) -> IdempotencyKey | None:
    """None when the client sent no key. `header` is what `IdempotencyKeyHeader` let through."""
    if header is None:
        return None
    query: bytes = request.scope["query_string"]
    # A query may be longer than an index takes.
    target = f"{request.scope['path']}?{_digest(query)}" if query else request.scope["path"]
    return IdempotencyKey(
        subject, f"{request.method} {target} {header}", fingerprint(await _document(request))
    )


async def _document(request: Request) -> JsonValue:
    body = await request.body()
    if not body:
        return None
    # A text, such as a CSV file, counts as it is.
    if request.headers.get("content-type", "").startswith("text/"):
        return body.decode()
    return await request.json()


def fingerprint(document: JsonValue) -> str:
    """32 hex digits, equal for bodies that differ only in white space and the order of keys.

    Taken of the parsed body: a client that serialises again for its second try may order keys differently, and the
    validated model would change with every default that a release adds.
    """
    return _digest(orjson.dumps(document, option=orjson.OPT_SORT_KEYS))


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def answer_of_refusal(problem: Problem, request: Request) -> StoredAnswer:
    """A refusal by the domain is an answer like any other: remembered, and given again."""
    return StoredAnswer(
        status=problem.status,
        body=problem_document(problem, request.scope),
        headers={"Content-Type": PROBLEM_JSON, **(problem.headers or {})},
    )


def replayed(answer: StoredAnswer) -> StoredAnswer:
    """The first answer, marked as given again."""
    return replace(answer, headers={**answer.headers, "Idempotent-Replayed": "true"})


def response_of(answer: StoredAnswer) -> Response:
    body = orjson.dumps(answer.body)
    return Response(body, answer.status, headers=dict(answer.headers), media_type="application/json")
