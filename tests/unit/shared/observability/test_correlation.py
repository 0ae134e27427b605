from __future__ import annotations

import asyncio
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shared.observability.correlation import adopt_or_create, correlated, correlation_id


async def test_id_is_bound_for_the_block_and_the_tasks_it_starts() -> None:
    async def asked_inside() -> str | None:
        return correlation_id()

    with correlated("outer"):
        with correlated("inner"):
            assert await asyncio.create_task(asked_inside()) == "inner"
        assert correlation_id() == "outer"
    assert correlation_id() is None


@given(st.binary(max_size=140))
def test_id_is_harmless_whatever_is_offered(offered: bytes) -> None:
    adopted = adopt_or_create(offered)

    assert adopted.isascii()
    assert adopted.isprintable()
    assert 1 <= len(adopted) <= 128
    assert " " not in adopted


def test_new_id_is_a_uuid7_when_none_is_offered() -> None:
    assert UUID(adopt_or_create(None)).version == 7
