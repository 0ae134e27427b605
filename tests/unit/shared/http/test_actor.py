from __future__ import annotations

import pytest

from shared.eventsourcing.metadata import Actor
from shared.http.actor import actor_of


@pytest.mark.parametrize(("customer_id", "subject"), [("c-1", "c-1"), (None, "anonymous"), ("", "anonymous")])
def test_subject_is_the_customer_when_one_is_named(customer_id: str | None, subject: str) -> None:
    assert actor_of(customer_id) == Actor(subject=subject, role="staff")
