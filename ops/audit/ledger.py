"""I4: the provider's ledger says the same as the payments, key by key."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from uuid import UUID

from pydantic import ValidationError

from ops.audit.aligning import aligned
from ops.audit.clauses import Clause, Offender
from ops.audit.snapshots import Pages, Record, Snapshot
from payment_service.domain.payment import Payment, PaymentStatus, RefundStatus
from payment_service.provider_calls import charge_key, refund_key
from payment_service.tables import PAYMENTS

# A key begins with the payment's id, which is as long in every key: its order is that of the ids.
_PAYMENTS = "SELECT id, version, state::text FROM payments WHERE payment_id IS NOT NULL ORDER BY payment_id"
_LEDGER = """
SELECT key COLLATE "C" AS key, outcome, amount, currency, code, CASE kind WHEN 'charge' THEN reference END,
    (created_at AT TIME ZONE 'UTC')::date
FROM ledger ORDER BY 1"""
_OUTCOMES = {RefundStatus.SUCCEEDED: "refunded", RefundStatus.FAILED: "refused", RefundStatus.REQUESTED: None}

# Key, order, version of the payment; outcome (None while it is not known), amount, currency, code, charge's reference.
Ours = tuple[str, UUID, int, str | None, int, str, str | None, str | None]


async def disagreements(databases: Mapping[str, Snapshot]) -> AsyncIterator[Offender]:
    """The ledger may be ahead of the payments by what is being recorded."""
    ours, theirs = _ours(databases["payment"]), databases["provider"].pages(_LEDGER)
    async for key, (payment, entry) in aligned(ours, theirs):
        if problem := _problem(payment, entry):
            seen = (payment and payment[2], entry and tuple(entry))
            yield Offender(Clause.LEDGER, f"key {key}", problem, _command(payment, entry), seen)


def _command(payment: Record | None, entry: Record | None) -> str:
    if payment is not None:
        return f"./eventflow order timeline {payment[1]}"
    assert entry is not None
    return f"./eventflow reconcile --day {entry[-1]}"


async def _ours(payment: Snapshot) -> Pages:
    async for page in payment.pages(_PAYMENTS):
        if keys := [entry for record in page for entry in keys_of(record)]:
            yield keys


def keys_of(record: Record) -> Sequence[Ours]:
    """The keys of one payment (order's id, version, state), in order; none when it cannot be read: I5 names it."""
    order_id, version, text = record
    try:
        state = PAYMENTS.adapter.validate_json(text)
    except ValidationError:
        return ()
    return sorted(_entries(order_id, version, state))


def _entries(order_id: UUID, version: int, payment: Payment) -> Iterator[Ours]:
    """What the ledger should hold for a payment; nothing for a step that was never asked for."""
    if payment.terms is None:
        return
    price, payment_id = payment.terms.price, payment.terms.payment_id
    charge = charge_key(payment_id), order_id, version
    if payment.provider_reference is not None:
        yield *charge, "charged", payment.captured, price.currency, None, payment.provider_reference
    elif payment.failure is not None:
        yield *charge, "declined", price.amount, price.currency, payment.failure.code, None
    elif payment.status is PaymentStatus.PROCESSING:
        yield *charge, None, price.amount, price.currency, None, None
    for refund in payment.refunds:
        key, amount = refund_key(payment_id, refund.refund_id), refund.amount
        code = refund.failure.code if refund.failure else None
        yield key, order_id, version, _OUTCOMES[refund.status], amount.amount, amount.currency, code, None


def _problem(payment: Record | None, entry: Record | None) -> str | None:
    if payment is None:
        assert entry is not None
        _, outcome, amount, currency, *_ = entry
        return f"the provider has {outcome} {amount} {currency}; no payment asks for that"
    _, _, _, outcome, *terms = payment
    if entry is None:
        return outcome and f"we have {outcome} {terms[0]} {terms[1]}; the provider knows nothing of it"
    _, their_outcome, *their_terms, _ = entry
    if outcome is None:  # not known yet: whatever the provider did is right, if it was asked for that
        outcome, terms, their_outcome, their_terms = "asked", terms[:2], "asked", their_terms[:2]
    if (outcome, *terms) == (their_outcome, *their_terms):
        return None
    return f"we have {_words(outcome, terms)}; the provider has {_words(their_outcome, their_terms)}"


def _words(outcome: str, terms: Sequence[object]) -> str:
    return " ".join(str(word) for word in (outcome, *terms) if word is not None)
