from __future__ import annotations

import json
import random
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from shared.http.idempotency import fingerprint

DOCUMENT = {"b": [1, {"y": None, "x": "é"}], "a": True}


async def key_of(
    client: httpx.AsyncClient, content: bytes, target: str = "/keyed/key", **headers: str
) -> Any:
    response = await client.post(
        target, content=content, headers={"content-type": "application/json", **headers}
    )
    assert response.status_code == 200, response.text
    return response.json()


async def test_key_holds_subject_method_path_and_query(client: httpx.AsyncClient) -> None:
    plain = await key_of(client, b"{}", **{"Idempotency-Key": "abc"})
    preview, other = [
        await key_of(client, b"{}", target=f"/keyed/key?preview={value}", **{"Idempotency-Key": "abc"})
        for value in ("true", "x" * 10_000)
    ]

    assert plain["subject"] == "customer-1"
    assert plain["key"] == "POST /keyed/key abc"
    assert preview["key"].startswith("POST /keyed/key?")
    assert preview["key"].endswith(" abc")
    assert len({plain["key"], preview["key"], other["key"]}) == 3
    assert len(other["key"]) < 100


async def test_no_key_when_no_header_is_sent(client: httpx.AsyncClient) -> None:
    assert await key_of(client, b"{}") is None


async def test_key_is_made_when_there_is_no_body(client: httpx.AsyncClient) -> None:
    key = await key_of(client, b"", **{"Idempotency-Key": "abc"})

    assert key["fingerprint"] == fingerprint(None)


@pytest.mark.parametrize("header", [b"", b"a b", b"x" * 201, "ü".encode(), b"a\tb"])
async def test_invalid_input_names_the_header_when_it_is_not_visible_ascii(
    client: httpx.AsyncClient, header: bytes
) -> None:
    response = await client.post("/keyed/key", json={}, headers={b"Idempotency-Key": header})

    assert response.status_code == 422
    assert {error["field"] for error in response.json()["errors"]} == {"Idempotency-Key"}


async def test_fingerprint_is_the_same_when_only_layout_differs(client: httpx.AsyncClient) -> None:
    compact = json.dumps(DOCUMENT, separators=(",", ":")).encode()
    roomy = json.dumps(DOCUMENT, indent=4, sort_keys=True, ensure_ascii=False).encode()

    first = await key_of(client, compact, **{"Idempotency-Key": "abc"})
    second = await key_of(client, roomy, **{"Idempotency-Key": "abc"})

    assert first == second


DOCUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(document=DOCUMENTS, seed=st.integers())
def test_fingerprint_does_not_depend_on_the_order_of_keys(document: JsonValue, seed: int) -> None:
    assert fingerprint(shuffled(document, random.Random(seed))) == fingerprint(document)


@given(DOCUMENTS, DOCUMENTS)
def test_fingerprint_differs_when_documents_do(one: JsonValue, other: JsonValue) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)

    assert (fingerprint(one) == fingerprint(other)) == same


def shuffled(document: JsonValue, chance: random.Random) -> JsonValue:
    if isinstance(document, dict):
        items = [(key, shuffled(value, chance)) for key, value in document.items()]
        chance.shuffle(items)
        return dict(items)
    return [shuffled(member, chance) for member in document] if isinstance(document, list) else document


async def test_replayed_answer_says_so_and_is_otherwise_the_first(client: httpx.AsyncClient) -> None:
    first = await client.post("/keyed/first")
    again = await client.post("/keyed/again")

    for response in (first, again):
        assert (response.status_code, response.json()) == (201, {"id": "a"})
        assert response.headers["location"] == "/a"
        assert response.headers["content-type"] == "application/json"
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"


async def test_refusal_is_a_problem_when_it_is_replayed(client: httpx.AsyncClient) -> None:
    response = await client.post("/keyed/refused", headers={"X-Correlation-Id": "the-first"})

    assert response.status_code == 409
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["idempotent-replayed"] == "true"
    assert response.json() == {
        "type": "urn:eventflow:problem:test-basket-full",
        "title": "The basket is full",
        "status": 409,
        "detail": "Full.",
        "instance": "/keyed/refused",
        "correlation_id": "the-first",
    }
