from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fastapi import Request

from shared.eventsourcing.metadata import Actor
from shared.http.actor import actor_of, sees_origins
from shared.identity.callers import CUSTOMER, OPS, SERVICE, STAFF, Caller, Role
from shared.observability.correlation import correlated


def request(client: tuple[str, int] | None, role: Role = CUSTOMER) -> Request:
    """Behind no proxy that we know of, whatever the client claims about itself."""
    headers = [(b"x-forwarded-for", b"198.51.100.7"), (b"forwarded", b"for=198.51.100.7")]
    caller = Caller("c-1", role, datetime.now(UTC))
    return Request({"type": "http", "headers": headers, "client": client, "state": {"caller": caller}})


@pytest.mark.parametrize("role", [CUSTOMER, STAFF])
def test_actor_is_the_caller_when_somebody_asks(role: Role) -> None:
    assert actor_of(request(None, role)) == Actor(subject="c-1", role=role)


def test_actor_has_the_address_of_the_connection_and_the_id_of_the_request_when_it_is_asked() -> None:
    with correlated("request-1"):
        actor = actor_of(request(("203.0.113.9", 4711)))
    assert (actor.address, actor.request_id) == ("203.0.113.9", "request-1")


@pytest.mark.parametrize(("role", "shown"), [(CUSTOMER, False), (SERVICE, False), (STAFF, True), (OPS, True)])
def test_origins_are_shown_to_staff_and_operations_alone(role: Role, shown: bool) -> None:
    assert sees_origins(request(None, role)) is shown
