"""The committed documents say what the code does, and whoever changes the one without the other is told so."""

import json
from pathlib import Path

import pytest

from ops.contracts.documents import BrokenContract, Documents


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A directory with all documents as they have just been written."""
    Documents(tmp_path).write()
    return tmp_path


def test_committed_documents_are_up_to_date_when_the_code_is_checked() -> None:
    documents = Documents()

    documents.refuse_breaks()
    assert documents.drift() == [], "run `python -m ops.contracts` and look at the difference"


def test_nothing_is_left_to_say_when_the_documents_were_just_written(docs: Path) -> None:
    documents = Documents(docs)

    documents.refuse_breaks()
    assert documents.drift() == []
    assert list(docs.rglob("*.json"))


@pytest.mark.parametrize(
    "name", ["contracts/order.created.1.json", "contracts/asyncapi.json", "openapi/payment.json"]
)
def test_drift_names_the_file_when_it_was_edited_or_is_missing(docs: Path, name: str) -> None:
    path = docs / name
    path.write_text(path.read_text().replace('"type"', '"kind"', 1))
    assert Documents(docs).drift() == [f"{name} does not say what the code does"]

    path.unlink()
    assert Documents(docs).drift() == [f"{name} does not say what the code does"]


def test_drift_names_the_file_when_no_service_stands_behind_it(docs: Path) -> None:
    (docs / "openapi" / "retired.json").write_text("{}")

    assert Documents(docs).drift() == ["openapi/retired.json has nothing behind it"]


def test_nothing_is_written_when_the_code_breaks_what_was_committed(docs: Path) -> None:
    path = docs / "contracts" / "order.failed.1.json"
    schema = json.loads(path.read_text())
    schema["properties"]["severity"] = {"type": "string"}
    path.write_text(json.dumps(schema))
    (docs / "contracts" / "order.archived.1.json").write_text(json.dumps({"type": "object"}))
    documents = Documents(docs)

    with pytest.raises(BrokenContract) as refusal:
        documents.write()

    assert str(refusal.value).splitlines() == [
        "order.archived.1: contract removed",
        "order.failed.1: severity: field removed",
    ]
    assert json.loads(path.read_text()) == schema
