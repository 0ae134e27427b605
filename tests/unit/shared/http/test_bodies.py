from __future__ import annotations

import json
import tracemalloc
from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.http.control_characters import check_json, check_url
from shared.http.edge import BODY_LIMIT
from shared.http.nesting import DEEPEST
from shared.http.problems import InvalidInput

JSON = {"content-type": "application/json"}
LINE = {"sku": "A-1", "quantity": 2}


def fields(response: httpx.Response) -> list[str]:
    return [error["field"] for error in response.json()["errors"]]


async def test_body_is_accepted_when_it_is_valid(client: httpx.AsyncClient) -> None:
    response = await client.post("/baskets", json={"lines": [LINE, LINE], "notes": 'Grüße, "Nachbar" 🎁'})

    assert (response.status_code, response.json()) == (201, {"total": 4})


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "application/merge-patch+json"])
async def test_body_is_accepted_when_its_type_is_a_kind_of_json(
    client: httpx.AsyncClient, media_type: str
) -> None:
    response = await client.post(
        "/baskets", content=json.dumps({"lines": [LINE]}), headers={"content-type": media_type}
    )

    assert response.status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nonsense",
        b'{"lines": NaN}',
        b'{"notes": "\xff"}',
        b'{"notes": "\\ud800"}',
        b'{"notes": "\n"}',
        '{"lines": []}'.encode("utf-16"),
        b"[" * 100_000,
        b'{"a":' * 20_000,
        b"[" * 2_000 + b"]" * 2_000,
        b"1" * 10_000,
    ],
)
async def test_malformed_when_the_body_is_not_json_in_utf8(client: httpx.AsyncClient, body: bytes) -> None:
    response = await client.post("/baskets", content=body, headers=JSON)

    assert (response.status_code, response.json()["type"]) == (400, "urn:eventflow:problem:malformed-request")


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
async def test_malformed_when_the_body_is_nested_too_deeply(
    client: httpx.AsyncClient, opening: str, closing: str
) -> None:
    async def answer_to(depth: int) -> httpx.Response:
        body = opening * depth + '"\\n"' + closing * depth
        return await client.post("/baskets", content=body, headers=JSON)

    assert (await answer_to(DEEPEST)).status_code == 422
    refused = await answer_to(DEEPEST + 1)
    assert (refused.status_code, refused.json()["type"]) == (400, "urn:eventflow:problem:malformed-request")
    assert refused.json()["detail"] == "The request body is nested more than 32 levels deep."


async def test_body_is_accepted_when_it_is_wide_and_not_deep(client: httpx.AsyncClient) -> None:
    assert (await client.post("/baskets", json={"lines": [LINE] * 100})).status_code == 201


@pytest.mark.parametrize(
    "headers", [{}, {"content-type": "text/plain"}, {"content-type": "application/x-www-form-urlencoded"}]
)
async def test_unsupported_media_type_when_the_body_is_not_declared_as_json(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    response = await client.post("/baskets", content=json.dumps({"lines": [LINE]}), headers=headers)

    assert (response.status_code, response.json()["type"]) == (
        415,
        "urn:eventflow:problem:unsupported-media-type",
    )


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "lines"),
        ([], "body"),
        (None, "body"),
        ({"lines": []}, "lines"),
        ({"lines": [LINE], "colour": "red"}, "colour"),
        ({"lines": [LINE, {**LINE, "price": 1}]}, "lines.1.price"),
        ({"lines": [{**LINE, "quantity": "1"}]}, "lines.0.quantity"),
        ({"lines": [{**LINE, "quantity": True}]}, "lines.0.quantity"),
        ({"lines": [{**LINE, "quantity": 1.0}]}, "lines.0.quantity"),
        ({"lines": [{**LINE, "quantity": 10**30}]}, "lines.0.quantity"),
        ({"lines": [{**LINE, "quantity": 0}]}, "lines.0.quantity"),
        ({"lines": [{**LINE, "sku": 5}]}, "lines.0.sku"),
        ({"lines": [LINE], "gift": "yes"}, "gift"),
        ({"lines": [LINE], "gift": 1}, "gift"),
        ({"lines": [LINE], "notes": "a\x00b"}, "notes"),
        ({"lines": [LINE], "notes": "two\nlines"}, "notes"),
        ({"lines": [LINE], "notes": "\x7f"}, "notes"),
        ({"lines": [{**LINE, "sku": "A\x1f"}]}, "lines.0.sku"),
        ({"lines": [LINE], "a\x00": 1}, "a\x00"),
    ],
)
async def test_invalid_input_names_the_field(client: httpx.AsyncClient, body: object, field: str) -> None:
    response = await client.post("/baskets", json=body)

    assert response.status_code == 422, response.text
    assert response.json()["type"] == "urn:eventflow:problem:invalid-input"
    assert fields(response) == [field]


async def test_invalid_input_when_the_body_is_missing(client: httpx.AsyncClient) -> None:
    response = await client.post("/baskets")

    assert (response.status_code, fields(response)) == (422, ["body"])


async def test_answer_stays_short_when_everything_is_wrong(client: httpx.AsyncClient) -> None:
    response = await client.post("/baskets", json={f"{n}{'x' * 1000}": 1 for n in range(240)})

    assert response.json()["detail"] == "241 fields are not valid."
    assert len(response.json()["errors"]) == 100
    assert len(response.content) < 50_000


async def test_invalid_input_when_a_body_without_fields_has_a_control_character(
    client: httpx.AsyncClient,
) -> None:
    response = await client.post("/baskets", json="\x00")

    assert fields(response) == ["body"]


@pytest.mark.parametrize(
    ("target", "field"),
    [
        ("/baskets?status=a%00b", "status"),
        ("/baskets?status=ok&status=%0A", "status"),
        ("/baskets?status=%7f", "status"),
        ("/baskets/7%00", "path"),
        ("/baskets/7%0d", "path"),
        ("/nowhere%1F", "path"),
        ("/baskets?colour=red", "colour"),
        ("/baskets?stuck=perhaps", "stuck"),
        ("/baskets/seven", "basket_id"),
        ("/baskets/numbers?limit=0", "limit"),
        ("/baskets/numbers?limit=201", "limit"),
    ],
)
async def test_invalid_input_names_the_parameter(client: httpx.AsyncClient, target: str, field: str) -> None:
    response = await client.get(target)

    assert (response.status_code, fields(response)) == (422, [field])


async def test_query_is_converted_from_text(client: httpx.AsyncClient) -> None:
    response = await client.get("/baskets?status=a&status=100%25&stuck=true")

    assert response.json() == {"status": ["a", "100%"], "stuck": True}


CONTROL = st.characters(max_codepoint=0x1F) | st.just("\x7f")
PLAIN = st.text(
    st.characters(min_codepoint=0x20, exclude_characters="\x7f", exclude_categories=["Cs"]), max_size=100
)


@given(before=PLAIN, control=CONTROL, after=PLAIN, escaped=st.booleans())
def test_control_character_is_found_wherever_it_stands(
    before: str, control: str, after: str, escaped: bool
) -> None:
    document = {"a": [PLAIN_DOCUMENT, {"b": before + control + after}]}
    raw = json.dumps(document, ensure_ascii=escaped).encode()

    with pytest.raises(InvalidInput) as refused:
        check_json(raw, document)
    assert [error.field for error in refused.value.errors] == ["a.1.b"]


@given(before=PLAIN, control=CONTROL)
def test_control_character_is_found_in_a_key(before: str, control: str) -> None:
    document = {"a": [{before + control: 1}]}

    with pytest.raises(InvalidInput) as refused:
        check_json(json.dumps(document).encode(), document)
    assert [error.field for error in refused.value.errors] == [f"a.0.{before}{control}"[:200]]


def test_memory_stays_small_when_a_long_key_stands_around_many_values() -> None:
    """One request of 256 KiB must not take gigabytes."""
    document = {"k" * 100_000: [0] * 2_000 + ["\n"] * 2_000}
    raw = json.dumps(document).encode()
    tracemalloc.start()
    with pytest.raises(InvalidInput) as refused:
        check_json(raw, document)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20_000_000
    assert 1 <= len(refused.value.errors) <= 20
    assert max(len(error.field) for error in refused.value.errors) == 200


PLAIN_DOCUMENT = {"text": 'quoted "text" with a \\ and an é', "number": 1, "nothing": None}


@given(
    st.recursive(
        st.none() | st.integers() | PLAIN,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PLAIN, inner, max_size=3),
        max_leaves=10,
    )
)
def test_nothing_is_refused_when_there_is_no_control_character(document: object) -> None:
    check_json(json.dumps(document).encode(), document)


@given(value=PLAIN)
@settings(max_examples=50)
def test_url_is_accepted_when_it_has_no_control_character(value: str) -> None:
    query = str(httpx.QueryParams({"q": value})).encode()

    check_url(b"/orders/1", query)


async def test_too_large_when_the_length_is_announced(client: httpx.AsyncClient) -> None:
    response = await client.post("/baskets", content=b" " * (BODY_LIMIT + 1), headers=JSON)

    assert (response.status_code, response.json()["type"]) == (413, "urn:eventflow:problem:content-too-large")
    assert response.json()["correlation_id"] == response.headers["x-correlation-id"]


async def test_body_is_read_when_it_is_just_small_enough(client: httpx.AsyncClient) -> None:
    body = json.dumps({"lines": [LINE]}).encode()

    response = await client.post("/baskets", content=body.ljust(BODY_LIMIT), headers=JSON)

    assert response.status_code == 201


async def test_too_large_as_soon_as_a_chunked_body_is_too_long(client: httpx.AsyncClient) -> None:
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 65536
            yield b" " * 65536

    response = await client.post("/baskets", content=chunks(), headers=JSON)

    assert (response.status_code, response.json()["type"]) == (413, "urn:eventflow:problem:content-too-large")
    assert sent == BODY_LIMIT + 65536


async def test_chunked_body_is_read_when_it_is_small(client: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for part in (b'{"lines": [{"sku": "A-1",', b' "quantity": 5}]}'):
            yield part

    response = await client.post("/baskets", content=chunks(), headers=JSON)

    assert (response.status_code, response.json()) == (201, {"total": 5})
