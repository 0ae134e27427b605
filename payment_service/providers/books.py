"""The simulated provider's books, or those pages of them that a few requests concern."""

from collections.abc import Iterable, Iterator

from payment_service.providers.rules import Ask, Entry, Kind, asked_to_charge, asked_to_refund


class Books:
    """Entries by key. Pages taken from a larger ledger must hold each refund's charge and all its other refunds."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._by_key = {entry.ask.key: entry for entry in entries}
        self._keys_by_reference: dict[str | None, str] = {
            entry.reference: entry.ask.key for entry in self if entry.reference
        }

    def enter(self, ask: Ask) -> Entry:
        """The ask's entry after it was asked, once more perhaps. Raises KeyMisused."""
        entry = self._by_key.get(ask.key, Entry(ask))
        if ask.kind is Kind.CHARGE:
            entry = asked_to_charge(entry, ask)
        else:
            entry = asked_to_refund(entry, ask, self._charge_of(ask), self._other_refunds(ask))
        self._by_key[ask.key] = entry
        if entry.reference:
            self._keys_by_reference[entry.reference] = ask.key
        return entry

    def find(self, key: str) -> Entry | None:
        return self._by_key.get(key)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._by_key.values())

    def _charge_of(self, refund: Ask) -> Entry | None:
        key = self._keys_by_reference.get(refund.charge_reference)
        return self._by_key[key] if key else None

    def _other_refunds(self, refund: Ask) -> list[Entry]:
        return [
            entry
            for entry in self
            if entry.ask.charge_reference == refund.charge_reference
            and entry.ask.key != refund.key
            and entry.asked > 0
        ]
