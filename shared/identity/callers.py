"""Who asks, as a verified token says it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeGuard, get_args

Role = Literal["customer", "staff", "ops", "service"]

CUSTOMER: Final = "customer"
STAFF: Final = "staff"
OPS: Final = "ops"
SERVICE: Final = "service"

ROLES: frozenset[str] = frozenset(get_args(Role))


@dataclass(frozen=True, slots=True)
class Caller:
    """Until `expires_at` whoever shows the token is `subject`: for a customer that is the customer's id."""

    subject: str
    role: Role
    expires_at: datetime


def is_role(name: object) -> TypeGuard[Role]:
    return isinstance(name, str) and name in ROLES
