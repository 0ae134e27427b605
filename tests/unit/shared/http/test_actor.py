from __future__ import annotations

import pytest
from fastapi import Request

from shared.eventsourcing.metadata import Actor
from shared.http.actor import actor_of
from shared.observability.correlation import correlated


def request(client: tuple[str, int] | None) -> Request:
    """Behind no proxy that we know of, whatever the client claims about itself."""
    headers = [(b"x-forwarded-for", b"198.51.100.7"), (b"forwarded", b"for=198.51.100.7")]
    return Request({"type": "http", "headers": headers, "client": client})


@pytest.mark.parametrize(("customer_id", "subject"), [("c-1", "c-1"), (None, "anonymous"), ("", "anonymous")])
def test_subject_is_the_customer_when_one_is_named(customer_id: str | None, subject: str) -> None:
    assert actor_of(request(None), customer_id) == Actor(subject=subject, role="staff")


def test_actor_has_the_address_of_the_connection_and_the_id_of_the_request_when_it_is_asked() -> None:
    with correlated("request-1"):
        actor = actor_of(request(("203.0.113.9", 4711)))
    assert (actor.address, actor.request_id) == ("203.0.113.9", "request-1")
