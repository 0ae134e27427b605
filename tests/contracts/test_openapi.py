"""The OpenAPI document of every service is whole: references lead somewhere, and every error is a documented problem."""

from collections.abc import Iterator
from typing import Any

import pytest

from ops.contracts.openapi import openapi_documents
from ops.contracts.schemas import Document
from shared.messaging.topology import SUBSCRIPTIONS
from tests.contracts.json_paths import references

DOCUMENTS = openapi_documents()
EVERY_SERVICE = pytest.mark.parametrize("service", list(DOCUMENTS))


def operations(document: Document) -> Iterator[tuple[str, str, Any]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_every_service_has_a_document_when_it_has_a_queue() -> None:
    assert set(DOCUMENTS) == {*SUBSCRIPTIONS, "gateway"}


def test_titles_are_of_one_form_when_they_stand_side_by_side() -> None:
    titles = {service: document["info"]["title"] for service, document in DOCUMENTS.items()}
    assert titles == {
        "order": "EventFlow orders",
        "payment": "EventFlow payments",
        "inventory": "EventFlow inventory",
        "gateway": "EventFlow notifications",
    }


@EVERY_SERVICE
def test_references_lead_somewhere_when_they_are_followed(service: str) -> None:
    document = DOCUMENTS[service]
    for reference in references(document):
        assert reference.startswith("#/components/schemas/")
        assert reference.rpartition("/")[2] in document["components"]["schemas"]


@EVERY_SERVICE
def test_operations_can_be_told_apart_when_a_client_is_generated(service: str) -> None:
    names = [operation["operationId"] for _, _, operation in operations(DOCUMENTS[service])]
    assert len(names) == len(set(names))


@EVERY_SERVICE
def test_success_has_a_schema_and_every_error_is_a_problem_when_it_is_documented(service: str) -> None:
    for path, method, operation in operations(DOCUMENTS[service]):
        statuses = operation["responses"]
        assert any(status.startswith("2") for status in statuses), (path, method)
        for status, response in statuses.items():
            wanted = "text/csv" if path.endswith(".csv") else "application/json"
            content = wanted if status.startswith("2") else "application/problem+json"
            assert set(response["content"]) == {content}, (path, method, status)
        assert "503" in statuses, (path, method)


@EVERY_SERVICE
def test_every_service_answers_for_its_health_when_it_is_asked(service: str) -> None:
    assert {"/health/live", "/health/ready"} <= set(DOCUMENTS[service]["paths"])


@EVERY_SERVICE
def test_retries_are_safe_when_something_is_created(service: str) -> None:
    """`Idempotency-Key` on every POST that creates. Source: docs/specification.md, "REST"."""
    for path, method, operation in operations(DOCUMENTS[service]):
        if method == "post" and "201" in operation["responses"]:
            headers = {p["name"] for p in operation["parameters"] if p["in"] == "header"}
            assert "Idempotency-Key" in headers, path


@EVERY_SERVICE
def test_lists_go_by_keyset_when_there_may_be_more(service: str) -> None:
    document = DOCUMENTS[service]
    for path, method, operation in operations(document):
        if method == "get" and "limit" in {p["name"] for p in operation.get("parameters", ())}:
            names = {p["name"] for p in operation["parameters"]}
            pages = set(references(operation["responses"]["200"]["content"]))
            # A stream has no end: its pages also tell where to go on when later events have come.
            more = {"cursor"} if "after" in names else set[str]()
            assert names & {"cursor", "after"}, path
            assert pages, path
            for reference in pages:
                page = document["components"]["schemas"][reference.rpartition("/")[2]]
                assert set(page["properties"]) == {"items", "next_cursor"} | more, path
