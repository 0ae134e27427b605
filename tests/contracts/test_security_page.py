"""The tables of docs/security.md name everything there is, and say of it what the code says."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, get_args
from uuid import UUID

import pytest

from local_issuer.main import application_of as issuer_application
from local_issuer.settings import IssuerSettings
from notification_gateway.entries import DASHBOARD, Room
from notification_gateway.requests import Refused, SubscriptionRequest
from notification_gateway.rights import allowed_room
from ops.cli import COMMANDS
from ops.contracts.openapi import openapi_documents
from ops.contracts.schemas import Document
from shared.identity.callers import CUSTOMER, ROLES, Caller, Role
from tests.contracts.security_page import EVERYBODY, SOCKETS, Row, Verdict, rights, roles_by_verb

# Served beside what an OpenAPI document tells of.
PAGES = ("GET /openapi.json", "GET /docs")
ORDER = str(UUID(int=1))


def documents() -> Mapping[str, Document]:
    settings = {"port": 1, "key": b64encode(bytes(32)).decode(), "oidc_issuer": "http://issuer.test"}
    issuer = issuer_application(IssuerSettings.model_validate(settings)).openapi()
    return {**openapi_documents(), "issuer": issuer}


def operations() -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """What each document says of each operation, by service and operation as the table has them."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for service, document in documents().items():
        found |= {(service, page): {"security": []} for page in PAGES}
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                found[service, f"{method.upper()} {path}"] = operation
    return found


OPERATIONS = operations()
ROWS = rights()


def test_table_has_every_operation_once_and_nothing_else() -> None:
    named = [(row.service, row.operation) for row in ROWS if row.service != SOCKETS]
    assert len(named) == len(set(named))
    assert set(named) == set(OPERATIONS)


@pytest.mark.parametrize("row", [row for row in ROWS if row.service != SOCKETS], ids=str)
def test_table_says_of_an_operation_what_its_document_says(row: Row) -> None:
    document = OPERATIONS.get((row.service, row.operation))
    assert document is not None, "there is no such operation"
    roles = set(document.get("x-roles", ()))
    if not roles:
        # The issuer looks at no token at all, so it has nothing to say of security.
        assert document.get("security", []) == []
        assert set(row.verdicts) == {"yes"}
    else:
        assert {who for who in EVERYBODY if row.verdict(who) != "-"} == roles


def test_customers_have_only_what_is_their_own_unless_it_is_everybodys() -> None:
    for row in ROWS:
        others = {row.verdict(who) for who in EVERYBODY if who != CUSTOMER}
        assert "own" not in others, row
        assert row.verdict(CUSTOMER) in (("yes",) if row.verdict("anybody") == "yes" else ("own", "-")), row


def test_table_has_everything_that_a_socket_can_follow() -> None:
    fields = SubscriptionRequest.model_fields
    topics = [each for choice in get_args(fields["topic"].annotation) for each in get_args(choice)]
    followed = {"order_id", "customer_id", *(f"topic {topic}" for topic in topics)}
    assert set(fields) == {"order_id", "customer_id", "topic", "cursor"}
    assert {row.operation for row in ROWS if row.service == SOCKETS} == {
        f"subscribe {each}" for each in followed
    }


ROOMS: Mapping[str, tuple[Room, Room]] = {
    "subscribe order_id": (("order", ORDER, "c-1"), ("order", ORDER)),
    "subscribe customer_id": (("customer", "c-1"), ("customer", "c-1")),
    "subscribe topic dashboard": (DASHBOARD, DASHBOARD),
}


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("row", [row for row in ROWS if row.service == SOCKETS], ids=str)
def test_table_says_of_a_topic_what_the_gateway_does(row: Row, role: Role) -> None:
    assert row.verdict("anybody") == "-"
    narrowed, asked = ROOMS[row.operation]

    def follows(subject: str) -> Room | None:
        try:
            return allowed_room(Caller(subject, role, datetime.now(UTC)), asked)
        except Refused:
            return None

    verdict: Verdict = row.verdict(role)
    match verdict:
        case "yes":
            assert follows("anybody") == asked
        case "own":
            assert follows("c-1") == narrowed
            assert follows("c-2") != narrowed
        case "-":
            assert follows("c-1") is None


def test_table_has_every_verb_of_the_command_line() -> None:
    verbs = roles_by_verb()
    assert set(verbs) == set(COMMANDS)
    assert {role for roles in verbs.values() for role in roles} <= ROLES
