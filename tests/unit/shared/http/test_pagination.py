from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.http.pagination import KeysetCursor
from shared.http.problems import InvalidInput

BY_TIME = KeysetCursor[tuple[datetime, UUID]](tuple[datetime, UUID])
BY_TEXT = KeysetCursor[tuple[int, str]](tuple[int, str])


@given(st.datetimes(timezones=st.just(UTC)), st.uuids())
def test_key_comes_back_when_its_cursor_is_decoded(time: datetime, identifier: UUID) -> None:
    assert BY_TIME.decode(BY_TIME.encode((time, identifier))) == (time, identifier)


@given(st.integers(), st.text(st.characters(exclude_categories=["Cs"])))
def test_cursor_is_safe_in_a_url(number: int, text: str) -> None:
    cursor = BY_TEXT.encode((number, text))

    assert httpx.URL("http://shop/", params={"cursor": cursor}).query == f"cursor={cursor}".encode()


@given(st.text(max_size=60))
def test_foreign_cursor_is_refused_and_named(cursor: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        BY_TIME.decode(cursor)
    assert [error.field for error in refused.value.errors] == ["cursor"]


@pytest.mark.parametrize(
    "key", [b"[]", b'["1", "a"]', b"[1, 2]", b'[1, "a", 2]', b"{}", b"[" * 5000, b"\xff"]
)
def test_cursor_is_refused_when_its_key_has_another_shape(key: bytes) -> None:
    with pytest.raises(InvalidInput):
        BY_TEXT.decode(urlsafe_b64encode(key).decode())


def test_no_cursor_is_the_first_page() -> None:
    assert BY_TIME.decode(None) is None


async def test_every_item_comes_once_when_pages_are_followed(client: httpx.AsyncClient) -> None:
    seen: list[str] = []
    cursor: dict[str, str] = {}
    pages = 0
    while True:
        page = (await client.get("/baskets/numbers", params={"limit": 200, **cursor})).json()
        seen += page["items"]
        pages += 1
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}

    assert seen == [str(number) for number in range(1, 1001)]
    assert pages == 5


async def test_fifty_items_when_no_limit_is_given(client: httpx.AsyncClient) -> None:
    page = (await client.get("/baskets/numbers")).json()

    assert len(page["items"]) == 50


@pytest.mark.parametrize("cursor", ["tampered", "%20", "e30", "", "x" * 2000])
async def test_invalid_input_names_the_cursor_when_it_was_tampered_with(
    client: httpx.AsyncClient, cursor: str
) -> None:
    response = await client.get(f"/baskets/numbers?cursor={cursor}")

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == ["cursor"]
