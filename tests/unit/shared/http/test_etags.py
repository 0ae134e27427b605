from __future__ import annotations

import contextlib

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.http.etags import IfMatch, etag, parse_if_match
from shared.http.problems import InvalidInput

VERSIONS = st.integers(min_value=0, max_value=2**63)


@given(st.lists(VERSIONS, min_size=1, max_size=5), VERSIONS)
def test_version_is_admitted_when_its_tag_is_listed(listed: list[int], version: int) -> None:
    condition = parse_if_match(" , ".join(etag(each) for each in listed))

    assert condition.admits(version) == (version in listed)
    assert all(condition.admits(each) for each in listed)


@given(VERSIONS)
def test_weak_tag_never_matches(version: int) -> None:
    assert not parse_if_match(f"W/{etag(version)}").admits(version)


@given(VERSIONS)
def test_star_admits_every_version(version: int) -> None:
    assert parse_if_match(" * ").admits(version)


@given(st.text(st.sampled_from('W/"3* ,é\x7f'), max_size=12))
def test_header_is_understood_or_refused_and_never_crashes(header: str) -> None:
    understood: IfMatch | None = None
    with contextlib.suppress(InvalidInput):
        understood = parse_if_match(header)

    assert understood is None or understood.any_version == (header.strip() == "*")


@pytest.mark.parametrize("header", ["", "3", '"3', '3"', '"3" "4"', '"3",', '*, "3"', 'w/"3"', '"a"b"'])
def test_header_is_refused_when_it_is_no_list_of_tags(header: str) -> None:
    with pytest.raises(InvalidInput):
        parse_if_match(header)


async def test_resource_carries_its_version_as_etag(client: httpx.AsyncClient) -> None:
    assert (await client.get("/baskets/7")).headers["etag"] == '"3"'


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"If-Match": '"3"'}, 200),
        ({"If-Match": '"1", "3"'}, 200),
        ({"If-Match": "*"}, 200),
        ({"If-Match": '"2"'}, 412),
        ({"If-Match": 'W/"3"'}, 412),
        ({"If-Match": '"03"'}, 412),
        ({"If-Match": "3"}, 422),
        ({"If-Match": '"3",' * 500 + '"3"'}, 422),
    ],
)
async def test_status_when_the_client_states_what_it_has_seen(
    client: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    response = await client.patch("/baskets/7", headers=headers)

    assert response.status_code == status
    if status == 412:
        assert response.json()["type"] == "urn:eventflow:problem:precondition-failed"
