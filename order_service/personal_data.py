"""Which of an order's fields are personal, and how they are sealed on their way in and opened on their way out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import orjson
from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncConnection

from order_service.customer_keys import CustomerKeys
from order_service.domain.commands import AddNote, EditDetails, PlaceOrder
from order_service.sealing import DataKey, MasterKey, sealed_by
from shared.eventsourcing.metadata import Actor
from shared.identity.callers import CUSTOMER
from shared.runtime.submissions import Submission

ADDRESS = "shipping_address"
NOTES = "notes"
TEXT = "text"
_FIELDS = (ADDRESS, NOTES, TEXT)

Document = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Sealed:
    shipping_address: str | None
    notes: str | None


@dataclass(frozen=True, slots=True)
class EmailMark:
    """By which an order is found by its e-mail address for as long as the key with `key_id` is there."""

    hmac: bytes
    key_id: UUID


class PersonalData:
    """Seals and opens with the customers' keys. Every method raises Unavailable when the database does not answer."""

    def __init__(self, keys: CustomerKeys, master: MasterKey) -> None:
        self._keys = keys
        self._master = master

    async def seal(self, customer_id: str, address: Mapping[str, Any] | None, notes: str | None) -> Sealed:
        if address is None and notes is None:
            return Sealed(None, None)
        key = await self._keys.of_customer(customer_id)
        return Sealed(
            shipping_address=None if address is None else key.seal(orjson.dumps(address).decode()),
            notes=None if notes is None else key.seal(notes),
        )

    async def seal_text(self, customer_id: str, text: str) -> str:
        """What is written about a customer's order is theirs too."""
        return (await self._keys.of_customer(customer_id)).seal(text)

    async def seal_actor(self, actor: Actor) -> Actor:
        """The network address of a customer is theirs; that of others is the shop's to know."""
        if actor.role != CUSTOMER or actor.address is None:
            return actor
        key = await self._keys.of_customer(actor.subject)
        return replace(actor, address=key.seal(actor.address))

    async def open_actors(self, actors: Sequence[Actor]) -> list[Actor]:
        """The actors with customers' network addresses opened: None where the key was destroyed."""
        sealed = {
            index: actor.address
            for index, actor in enumerate(actors)
            if actor.role == CUSTOMER and actor.address is not None
        }
        keys = await self._keys.by_id({sealed_by(address) for address in sealed.values()})
        opened = list(actors)
        for index, address in sealed.items():
            key = keys.get(sealed_by(address))
            opened[index] = replace(actors[index], address=None if key is None else key.open(address))
        return opened

    async def open(self, documents: Sequence[Document]) -> list[dict[str, JsonValue]]:
        """The documents with their sealed fields opened: null where the customer's key was destroyed."""
        sealed = [value for document in documents for value in _sealed_values(document)]
        keys = await self._keys.by_id({sealed_by(value) for value in sealed})
        return [_opened(document, keys) for document in documents]

    def email_mark(self, email: str) -> bytes:
        """What `email_marks` gives for an address with this e-mail."""
        return self._master.email_mark(email)

    async def email_marks(self, addresses: Mapping[str, str]) -> dict[str, EmailMark]:
        """The marks of sealed addresses, by what these are given by; none for one without e-mail or without a key."""
        keys = await self._keys.by_id({sealed_by(sealed) for sealed in addresses.values()})
        marks: dict[str, EmailMark] = {}
        for name, sealed in addresses.items():
            key = keys.get(sealed_by(sealed))
            email = None if key is None else orjson.loads(key.open(sealed))["email"]
            if key is not None and email is not None:
                marks[name] = EmailMark(self._master.email_mark(email), key.key_id)
        return marks

    async def guard(
        self, connection: AsyncConnection, submissions: Sequence[Submission]
    ) -> Collection[Submission]:
        """The submissions whose fields were sealed by a key that is gone; the other keys stay until COMMIT."""
        keys = {
            index: {sealed_by(value) for value in sealed}
            for index, submission in enumerate(submissions)
            if (sealed := _sealed_in(submission))
        }
        if not keys:
            return ()
        gone = await self._keys.hold(connection, set[UUID]().union(*keys.values()))
        return [submissions[index] for index, used in keys.items() if used & gone]


def _sealed_in(submission: Submission) -> list[str]:
    actor = submission.context.actor
    by = [actor.address] if actor.role == CUSTOMER and actor.address is not None else []
    return by + _sealed_fields(submission.command)


def _sealed_fields(command: object) -> list[str]:
    match command:
        case PlaceOrder(shipping_address=address, notes=notes):
            return [value for value in (address, notes) if value is not None]
        case EditDetails(shipping_address=address, notes=notes):
            return [edit.value for edit in (address, notes) if edit is not None and edit.value is not None]
        case AddNote(text=text):
            return [text]
        case _:
            return []


def _sealed_values(document: Document) -> list[str]:
    return [value for field in _FIELDS if isinstance(value := document.get(field), str)]


def _opened(document: Document, keys: Mapping[UUID, DataKey]) -> dict[str, JsonValue]:
    opened = dict(document)
    for field in _FIELDS:
        value = opened.get(field)
        if isinstance(value, str):
            key = keys.get(sealed_by(value))
            plain = None if key is None else key.open(value)
            opened[field] = orjson.loads(plain) if plain is not None and field == ADDRESS else plain
    return opened
