"""How the simulated provider decides, pure: shared by the one with a database and the one in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256

from payment_service.domain.money import Money
from payment_service.providers.port import (
    Answer,
    Charged,
    Declined,
    KeyMisused,
    ProviderUnavailable,
    Refunded,
    RefundRefused,
)

CHARGED_METHODS = frozenset(
    {
        "pm_card_visa",
        "pm_card_mastercard",
        "pm_test_timeout",
        "pm_test_error_then_ok",
        "pm_test_slow",
        "pm_test_refund_fails",
    }
)
DECLINED_METHODS = {
    "pm_card_chargeDeclined": "card_declined",
    "pm_card_chargeDeclinedInsufficientFunds": "insufficient_funds",
    "pm_card_chargeDeclinedExpiredCard": "expired_card",
}
UNKNOWN_METHOD = "invalid_payment_method"
MESSAGES = {
    "card_declined": "The card was declined.",
    "insufficient_funds": "The card has insufficient funds.",
    "expired_card": "The card has expired.",
    UNKNOWN_METHOD: "The payment method does not exist.",
    "refund_refused": "The refund was refused.",
    "unknown_charge": "There is no such charge to refund.",
    "amount_too_large": "The refund is larger than what is left of the charge.",
}

ERRORS_BEFORE_OK = 2
SLOW = timedelta(seconds=3)


class Kind(StrEnum):
    CHARGE = "charge"
    REFUND = "refund"


class Outcome(StrEnum):
    """UNSETTLED: asked, but answered with an error each time; no money has moved."""

    UNSETTLED = "unsettled"
    CHARGED = "charged"
    DECLINED = "declined"
    REFUNDED = "refunded"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. A charge has a `method`, a refund has the `charge_reference` of what it returns."""

    key: str
    kind: Kind
    amount: Money
    method: str | None = None
    charge_reference: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One key in the ledger: what was first asked, how often, and what became of it."""

    ask: Ask
    asked: int = 0
    outcome: Outcome = Outcome.UNSETTLED
    code: str | None = None
    reference: str | None = None


def charge_ask(key: str, price: Money, method: str) -> Ask:
    return Ask(key, Kind.CHARGE, price, method=method)


def refund_ask(key: str, amount: Money, charge_reference: str) -> Ask:
    return Ask(key, Kind.REFUND, amount, charge_reference=charge_reference)


def asked_to_charge(entry: Entry, ask: Ask) -> Entry:
    """The entry after it is asked once more; `Entry(ask)` before the first time. Raises KeyMisused."""
    entry = _asked_once_more(entry, ask)
    method = ask.method or ""
    if entry.outcome is not Outcome.UNSETTLED:
        return entry
    if method == "pm_test_error_then_ok" and entry.asked <= ERRORS_BEFORE_OK:
        return entry
    if method in CHARGED_METHODS:
        return replace(entry, outcome=Outcome.CHARGED, reference=_reference("ch", ask.key))
    return replace(entry, outcome=Outcome.DECLINED, code=DECLINED_METHODS.get(method, UNKNOWN_METHOD))


def asked_to_refund(entry: Entry, ask: Ask, charge: Entry | None, others: Sequence[Entry]) -> Entry:
    """Likewise; `others` are the entries of the other refunds of the same charge. Raises KeyMisused."""
    entry = _asked_once_more(entry, ask)
    if entry.outcome is not Outcome.UNSETTLED:
        return entry
    if charge is None or charge.outcome is not Outcome.CHARGED:
        return replace(entry, outcome=Outcome.REFUSED, code="unknown_charge")
    if charge.ask.method == "pm_test_refund_fails" and not others:
        return replace(entry, outcome=Outcome.REFUSED, code="refund_refused")
    returned = sum(other.ask.amount.amount for other in others if other.outcome is Outcome.REFUNDED)
    if returned + ask.amount.amount > charge.ask.amount.amount:
        return replace(entry, outcome=Outcome.REFUSED, code="amount_too_large")
    return replace(entry, outcome=Outcome.REFUNDED, reference=_reference("re", ask.key))


def charge_answer(entry: Entry) -> Charged | Declined:
    """What the one who has just asked is told. Raises ProviderUnavailable for an error, or when the answer is lost."""
    if entry.ask.method == "pm_test_timeout" and entry.asked == 1:
        raise ProviderUnavailable("the answer was lost")
    match settled_answer(entry):
        case Charged() | Declined() as answer:
            return answer
        case _:
            raise ProviderUnavailable("internal error, nothing was charged")


def refund_answer(entry: Entry) -> Refunded | RefundRefused:
    """Likewise."""
    match settled_answer(entry):
        case Refunded() | RefundRefused() as answer:
            return answer
        case _:
            raise ProviderUnavailable("internal error, nothing was refunded")


def settled_answer(entry: Entry) -> Answer | None:
    """What became of the key; None while nothing has."""
    match entry:
        case Entry(outcome=Outcome.CHARGED, reference=str(reference)):
            return Charged(reference)
        case Entry(outcome=Outcome.DECLINED, code=str(code)):
            return Declined(code, MESSAGES[code])
        case Entry(outcome=Outcome.REFUNDED, reference=str(reference)):
            return Refunded(reference)
        case Entry(outcome=Outcome.REFUSED, code=str(code)):
            return RefundRefused(code, MESSAGES[code])
        case _:
            return None


def _asked_once_more(entry: Entry, ask: Ask) -> Entry:
    if entry.ask != ask:
        raise KeyMisused(f"{ask.key} was first asked as {entry.ask}, now as {ask}")
    return replace(entry, asked=entry.asked + 1)


def _reference(prefix: str, key: str) -> str:
    return f"{prefix}_{sha256(key.encode()).hexdigest()[:24]}"
