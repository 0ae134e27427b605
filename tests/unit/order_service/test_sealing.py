from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from order_service.sealing import BrokenSeal, DataKey, MasterKey, new_secret, sealed_by

KEY_ID = UUID("0197f3a0-0000-7000-8000-000000000005")
OTHER_ID = UUID("0197f3a0-0000-7000-8000-000000000006")
KEY = DataKey(KEY_ID, "c-1", new_secret())
MASTER = MasterKey(new_secret())


@for_all(st.text())
def test_text_comes_back_when_it_is_opened_with_its_key(plain: str) -> None:
    sealed = KEY.seal(plain)
    assert KEY.open(sealed) == plain
    assert sealed_by(sealed) == KEY_ID


def test_sealed_value_tells_nothing_when_it_is_looked_at() -> None:
    assert "Lovelace" not in KEY.seal("Lovelace")
    assert KEY.seal("Lovelace") != KEY.seal("Lovelace")


@pytest.mark.parametrize("other", [DataKey(KEY_ID, "c-2", KEY.secret), DataKey(KEY_ID, "c-1", new_secret())])
def test_seal_does_not_fit_when_the_customer_or_the_key_is_another(other: DataKey) -> None:
    with pytest.raises(BrokenSeal):
        other.open(KEY.seal("Lovelace"))


def test_seal_does_not_fit_when_the_value_was_changed() -> None:
    sealed = KEY.seal("Lovelace")
    swapped = "B" if sealed[-10] == "A" else "A"
    with pytest.raises(BrokenSeal):
        KEY.open(f"{sealed[:-10]}{swapped}{sealed[-9:]}")


@pytest.mark.parametrize("value", ["", "Lovelace", "s2:x:y", f"s1:{KEY_ID}:"])
def test_value_is_not_taken_for_sealed_when_it_is_not(value: str) -> None:
    with pytest.raises(BrokenSeal):
        sealed_by(value)


def test_key_comes_back_when_it_is_unwrapped_by_the_master_key() -> None:
    assert MASTER.unwrap(KEY_ID, "c-1", MASTER.wrap(KEY)) == KEY


@pytest.mark.parametrize(
    ("master", "key_id", "customer_id"),
    [(MasterKey(new_secret()), KEY_ID, "c-1"), (MASTER, OTHER_ID, "c-1"), (MASTER, KEY_ID, "c-2")],
)
def test_key_stays_wrapped_when_the_master_key_or_the_owner_is_another(
    master: MasterKey, key_id: UUID, customer_id: str
) -> None:
    with pytest.raises(BrokenSeal):
        master.unwrap(key_id, customer_id, MASTER.wrap(KEY))


def test_secrets_are_not_shown_when_keys_are_printed() -> None:
    assert repr(KEY.secret) not in repr(KEY)
    assert repr(MASTER.secret) not in repr(MASTER)
