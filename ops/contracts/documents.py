"""The generated files: what they are, whether the committed ones still say the same, and how they are written."""

import json
from pathlib import Path

from ops.contracts.asyncapi import asyncapi
from ops.contracts.compatibility import contract_breaks
from ops.contracts.openapi import openapi_documents
from ops.contracts.schemas import Document, contract_schemas

DOCS = Path(__file__).parents[2] / "docs"

ASYNCAPI = "asyncapi"


class BrokenContract(Exception):
    """A published contract was changed where it may not be; the text names each place in a line of its own."""


class Documents:
    """The documents below one `docs` directory."""

    def __init__(self, docs: Path = DOCS) -> None:
        self._contracts = docs / "contracts"
        self._openapi = docs / "openapi"
        self._schemas = contract_schemas()
        self._files = {
            **{self._contracts / f"{name}.json": schema for name, schema in self._schemas.items()},
            self._contracts / f"{ASYNCAPI}.json": asyncapi(),
            **{self._openapi / f"{service}.json": api for service, api in openapi_documents().items()},
        }

    def refuse_breaks(self) -> None:
        """Raises BrokenContract when today's contracts are not compatible with the committed schemas."""
        committed = {
            path.stem: json.loads(path.read_text())
            for path in sorted(self._contracts.glob("*.json"))
            if path.stem != ASYNCAPI
        }
        if breaks := contract_breaks(committed, self._schemas):
            raise BrokenContract("\n".join(breaks))

    def drift(self) -> list[str]:
        """The files that are missing, say something else than the code, or that nothing stands behind any more."""
        stale = [
            f"{path.parent.name}/{path.name} does not say what the code does"
            for path, document in self._files.items()
            if not path.is_file() or path.read_text() != _text(document)
        ]
        known = set(self._files)
        left = [
            f"{path.parent.name}/{path.name} has nothing behind it"
            for directory in (self._contracts, self._openapi)
            for path in sorted(directory.glob("*.json"))
            if path not in known
        ]
        return stale + left

    def write(self) -> None:
        """Writes all of them, or raises BrokenContract and writes nothing."""
        self.refuse_breaks()
        for path, document in self._files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_text(document))


def _text(document: Document) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
