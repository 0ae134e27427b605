"""Who may ask what: every endpoint is marked `@public` or `@allowed(STAFF, ...)`, and its route holds callers to it.

@router.get("/{order_id}")
@allowed(CUSTOMER, STAFF)
async def show_order(order_id: UUID, request: Request) -> OrderResource:
    caller = caller_of(request)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import Request
from starlette.types import Scope

from shared.http.problems import FieldError, Forbidden, InvalidInput, Unauthenticated
from shared.identity.callers import CUSTOMER, Caller, Role

_MARK = "_access"

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """Whoever has a token with one of `roles`; everybody where it is None."""

    roles: frozenset[Role] | None

    def admit(self, scope: Scope) -> None:
        """Raises Unauthenticated or Forbidden. The scope went through Authentication, unless everybody may ask."""
        if self.roles is None:
            return
        caller: Caller | None = scope["state"]["caller"]
        if caller is None:
            raise Unauthenticated("no_token", "Send a token: `Authorization: Bearer <token>`.")
        if caller.role not in self.roles:
            raise Forbidden(f"The role {caller.role} may not do this.")


_PUBLIC = Access(None)


def public(endpoint: Endpoint) -> Endpoint:
    """Whoever asks is answered, with or without a token."""
    setattr(endpoint, _MARK, _PUBLIC)
    return endpoint


def allowed(*roles: Role) -> Callable[[Endpoint], Endpoint]:
    """Callers with another role are refused (403), and those without a token (401), before the body is read."""

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _MARK, Access(frozenset(roles)))
        return endpoint

    return mark


def access_of(endpoint: Callable[..., Any]) -> Access:
    """As the endpoint is marked. Raises TypeError when it is not."""
    access = getattr(endpoint, _MARK, None)
    if not isinstance(access, Access):
        raise TypeError(f"{endpoint.__qualname__} is marked neither @public nor @allowed(...)")
    return access


def caller_of(request: Request) -> Caller:
    """Who asks. Only for endpoints that are not public."""
    return request.scope["state"]["caller"]


def is_hidden_from(caller: Caller, customer_id: str) -> bool:
    """Customers see what is theirs. Anybody else's is not found, as if it did not exist.

    The security log is told when it is so refused: `raise order_not_found().hiding()`.
    """
    return caller.role == CUSTOMER and caller.subject != customer_id


def customer_named(caller: Caller, customer_id: str | None) -> str | None:
    """Which customer a request is about that may name one: for customers it is always they themselves.

    Raises InvalidInput that names `customer_id` when a customer names another.
    """
    if caller.role != CUSTOMER:
        return customer_id
    if customer_id is not None and customer_id != caller.subject:
        refusal = FieldError("customer_id", "must be the subject of your token, or be left out")
        problem = InvalidInput("Customers act for themselves alone.", errors=[refusal])
        problem.refusal = "not_theirs"
        raise problem
    return caller.subject
