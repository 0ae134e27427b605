"""Every way in which a request can be refused (RFC 9457). Raise one anywhere below an endpoint.

    Problem                        status  slug
    ├── MalformedRequest           400     malformed-request
    ├── Unauthenticated            401     unauthenticated
    ├── Forbidden                  403     forbidden
    ├── NotFound                   404     not-found
    ├── MethodNotAllowed           405     method-not-allowed
    ├── Conflict                   409     conflict
    ├── PreconditionFailed         412     precondition-failed
    ├── ContentTooLarge            413     content-too-large
    ├── UnsupportedMediaType       415     unsupported-media-type
    ├── UnprocessableInput         422     unprocessable-input
    │   ├── InvalidInput           422     invalid-input
    │   └── IdempotencyKeyReused   422     idempotency-key-reused
    ├── TooManyRequests            429     too-many-requests
    ├── InternalError              500     internal-error
    └── Unavailable                503     unavailable
        └── NotReady               503     not-ready

A service refuses in its own words by subclassing with a slug and a title, as in
`class PriceChanged(Conflict): slug = "price-changed"; title = "A price has changed"`; the status is inherited.
Slugs are part of the public interface and unique: defining one twice is an error at import.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from pydantic import JsonValue
from starlette.exceptions import HTTPException

_by_slug: dict[str, type[Problem]] = {}


@dataclass(frozen=True, slots=True)
class FieldError:
    """`field` is a dotted path into the body (`items.0.sku`), or the name of a parameter or header.

    `current` is for programs: the number that would be right now, where there is one (a price in minor units).
    """

    field: str
    message: str
    current: int | None = None

    def document(self) -> dict[str, JsonValue]:
        document: dict[str, JsonValue] = {"field": self.field, "message": self.message}
        return document if self.current is None else document | {"current": self.current}


class Problem(HTTPException):
    """`detail` is for the person who reads the answer: it says what to change and nothing about our insides.

    An HTTPException, because that alone passes through FastAPI while it reads a body.
    """

    slug: ClassVar[str]
    title: ClassVar[str]
    status: ClassVar[int]
    refusal: str | None = None
    """Why, in one word for the security log, when somebody wanted what is not for them."""

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(self.status, detail, headers)
        self.errors = tuple(errors)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        taken_by = _by_slug.setdefault(cls.slug, cls)
        # By name, so that a module may be loaded again.
        if (taken_by.__module__, taken_by.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"{cls.__name__} needs a slug of its own: {taken_by.__name__} has {cls.slug!r}")

    @classmethod
    def type_uri(cls) -> str:
        return f"urn:eventflow:problem:{cls.slug}"

    def document(self, instance: str, correlation_id: str) -> dict[str, JsonValue]:
        """The body of the answer. `instance` is the path that was asked for; `errors` is left out when empty."""
        document: dict[str, JsonValue] = {
            "type": self.type_uri(),
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            "correlation_id": correlation_id,
        }
        if self.errors:
            document["errors"] = [error.document() for error in self.errors]
        return document


class MalformedRequest(Problem):
    slug = "malformed-request"
    title = "The request cannot be read"
    status = 400


class Unauthenticated(Problem):
    """`reason` is one word for the security log: of ours, nothing of what was sent. `challenge`: RFC 6750, section 3."""

    slug = "unauthenticated"
    title = "Who asks is not known"
    status = 401

    def __init__(self, reason: str, detail: str, *, challenge: str = "Bearer") -> None:
        super().__init__(detail, headers={"WWW-Authenticate": challenge})
        self.refusal = reason


class Forbidden(Problem):
    slug = "forbidden"
    title = "This is not for the role of whoever asks"
    status = 403
    refusal = "wrong_role"


class NotFound(Problem):
    slug = "not-found"
    title = "There is nothing here"
    status = 404

    def hiding(self) -> Self:
        """There is something, but it is somebody else's: only the security log is told."""
        self.refusal = "not_theirs"
        return self


class MethodNotAllowed(Problem):
    slug = "method-not-allowed"
    title = "The method is not allowed here"
    status = 405


class Conflict(Problem):
    slug = "conflict"
    title = "The state of the resource does not allow this"
    status = 409


class PreconditionFailed(Problem):
    """`version` is the one that the resource has now."""

    slug = "precondition-failed"
    title = "The resource has changed"
    status = 412

    def __init__(self, version: int) -> None:
        super().__init__(f"The resource is at version {version} now; read it again.")


class ContentTooLarge(Problem):
    slug = "content-too-large"
    title = "The request body is too large"
    status = 413


class UnsupportedMediaType(Problem):
    slug = "unsupported-media-type"
    title = "The request body must be JSON"
    status = 415


class UnprocessableInput(Problem):
    slug = "unprocessable-input"
    title = "The request cannot be carried out as it is"
    status = 422


class InvalidInput(UnprocessableInput):
    """The request breaks its schema. Unlike other refusals it is never remembered under an Idempotency-Key."""

    slug = "invalid-input"
    title = "The request is not valid"


class IdempotencyKeyReused(UnprocessableInput):
    slug = "idempotency-key-reused"
    title = "The Idempotency-Key belongs to another request"

    def __init__(self) -> None:
        message = "was used within 24 hours for a different body"
        super().__init__(f"The Idempotency-Key {message}.", errors=[FieldError("Idempotency-Key", message)])


class TooManyRequests(Problem):
    slug = "too-many-requests"
    title = "Too many requests"
    status = 429
    refusal = "too_many_requests"


class InternalError(Problem):
    slug = "internal-error"
    title = "Something went wrong on our side"
    status = 500

    def __init__(self) -> None:
        super().__init__("The error has been logged. Quote the correlation_id when you report it.")


class Unavailable(Problem):
    """Says with `Retry-After` that a second is worth waiting for."""

    slug = "unavailable"
    title = "The service cannot answer just now"
    status = 503

    def __init__(self, detail: str, *, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(detail, errors=errors, headers={"Retry-After": "1"})


class NotReady(Unavailable):
    slug = "not-ready"
    title = "The service is not ready"
