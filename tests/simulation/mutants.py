"""Ways of breaking production code, at least one for every race. The simulation finds each.

None breaks the inbox alone: a service without it comes to the same end, as a third of all seeds show.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from inventory_service.domain.reservation import ReservationStatus
from payment_service.provider_calls import ChargeCall, RefundCall
from tests.simulation.breakages import (
    adjusts_without_looking,
    asks_again_with_another_key,
    cancels_what_has_shipped,
    checks_every_line_alone,
    concerned_again,
    confirms_in_one_order_only,
    deaf_to_expiry,
    does_not_lock,
    expires_by_the_clock_alone,
    forgets_pending_refunds,
    hears_what_is_older,
    held_also_when,
    ignores_discontinuation,
    ignores_the_price_seen,
    leaves_no_tombstone,
    only_first,
    promises_what_is_reserved,
    records_a_known_order_again,
    records_an_outcome_again,
    reserves_for_a_known_order_again,
    returns_all_that_was_taken,
    shows_whatever_comes,
    takes_no_answer_for_a_no,
    takes_older_listings,
    unless_unheard,
)
from tests.simulation.patching import Patch, mutated, together
from tests.simulation.platform_breakages import (
    forgets_when_a_row_changed,
    knows_no_key,
    leaves_gaps_between_payments,
    leaves_out_the_last,
    takes_every_lost_answer_for,
    takes_what_nobody_could_look_up_for_undone,
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """`name` says what the broken code does. Race 0 is any: what is broken is the platform itself."""

    race: int
    name: str
    patch: Patch


_PAYING = "payment_service.domain.decisions"
_RESERVING = "inventory_service.domain.reserving"
_HEARING = "order_service.domain.hearing"

MUTANTS: Sequence[Mutant] = (
    Mutant(
        1,
        "an order heard again is recorded again",
        mutated(f"{_PAYING}:_record", records_a_known_order_again),
    ),
    Mutant(
        1,
        "an order heard again is reserved again",
        together(
            mutated(f"{_RESERVING}:decide", reserves_for_a_known_order_again),
            mutated(f"{_RESERVING}:concerned", concerned_again),
        ),
    ),
    Mutant(
        2,
        "stock reserved before the order came is forgotten",
        mutated(f"{_PAYING}:_note_reserved", unless_unheard),
    ),
    Mutant(
        3,
        "a cancel before the order leaves no tombstone (stock)",
        mutated(f"{_RESERVING}:decide", leaves_no_tombstone),
    ),
    Mutant(
        3,
        "a cancel before the order leaves no tombstone (money)",
        mutated(f"{_PAYING}:_cancel", unless_unheard),
    ),
    Mutant(
        4,
        "a refusal before the order leaves no tombstone",
        mutated(f"{_PAYING}:_note_refused", unless_unheard),
    ),
    Mutant(
        5,
        "stock after money does not confirm",
        mutated(f"{_HEARING}:_confirmed_by", confirms_in_one_order_only),
    ),
    Mutant(6, "a charge that a cancel overtook is kept", mutated(f"{_PAYING}:_charged", only_first)),
    Mutant(
        7,
        "what has expired is not cancelled at the payment",
        mutated("payment_service.reactions:REACTIONS[OrderCancelled]", deaf_to_expiry),
    ),
    Mutant(
        8,
        "no answer is taken for a decline",
        mutated("payment_service.charging:ask", takes_no_answer_for_a_no(ChargeCall)),
    ),
    Mutant(
        8,
        "no answer is taken for a refusal to refund",
        mutated("payment_service.charging:ask", takes_no_answer_for_a_no(RefundCall)),
    ),
    Mutant(
        8,
        "a refund that was asked before is asked with another key",
        mutated("payment_service.charging:ask", asks_again_with_another_key(RefundCall)),
    ),
    Mutant(
        9,
        "a charge that was asked before is asked with another key",
        mutated("payment_service.charging:ask", asks_again_with_another_key(ChargeCall)),
    ),
    Mutant(
        9,
        "an answer that comes again is recorded again",
        mutated(f"{_PAYING}:_charged", records_an_outcome_again),
    ),
    Mutant(
        10,
        "reserved units are promised again",
        mutated("inventory_service.domain.stock:Stock.available", promises_what_is_reserved),
    ),
    Mutant(10, "rows are read without a lock", mutated("shared.database.row_store:lock_rows", does_not_lock)),
    Mutant(11, "every line is checked alone", mutated(f"{_RESERVING}:_per_sku", checks_every_line_alone)),
    Mutant(
        12,
        "a reservation that was released counts",
        together(
            mutated(f"{_HEARING}:hear", hears_what_is_older),
            mutated("order_service.domain.order:_stock", shows_whatever_comes("stock")),
        ),
    ),
    Mutant(
        13,
        "goods leave as often as it is said",
        mutated(f"{_RESERVING}:_held", held_also_when(ReservationStatus.FULFILLED)),
    ),
    Mutant(
        14,
        "what has shipped can be cancelled",
        mutated("order_service.domain.lifecycle:NOT_YET_SHIPPED", cancels_what_has_shipped),
    ),
    Mutant(
        15,
        "refunds on their way are not counted",
        mutated("payment_service.domain.payment:Payment.left_to_refund", forgets_pending_refunds),
    ),
    Mutant(
        16, "a refund that fails after a cancel is left", mutated(f"{_PAYING}:_refund_failed", only_first)
    ),
    Mutant(
        17,
        "no idempotency key is remembered",
        mutated("shared.database.idempotency_keys:claim", knows_no_key),
    ),
    Mutant(
        18,
        "the price that the shopper saw does not count",
        mutated("order_service.domain.placing:place", ignores_the_price_seen),
    ),
    Mutant(
        19,
        "an older listing replaces a newer one",
        mutated("order_service.domain.listings:newer", takes_older_listings),
    ),
    Mutant(
        20,
        "stock is adjusted without a look at what is reserved",
        mutated("inventory_service.domain.product:_adjust", adjusts_without_looking),
    ),
    Mutant(
        21,
        "what is discontinued can be ordered",
        mutated("order_service.domain.placing:_fault", ignores_discontinuation),
    ),
    Mutant(
        22,
        "what was never reserved is given back",
        mutated(f"{_RESERVING}:_held", held_also_when(ReservationStatus.REJECTED)),
    ),
    Mutant(
        23, "all means all that was taken", mutated(f"{_PAYING}:_request_refund", returns_all_that_was_taken)
    ),
    Mutant(
        24,
        "a lost answer means not done",
        mutated(
            "shared.runtime.handling:Handler._took_effect", takes_every_lost_answer_for(took_effect=False)
        ),
    ),
    Mutant(
        24,
        "a lost answer means done",
        mutated(
            "shared.runtime.handling:Handler._took_effect", takes_every_lost_answer_for(took_effect=True)
        ),
    ),
    Mutant(
        24,
        "what nobody could look up counts as not done",
        mutated("shared.runtime.handling:Handler._took_effect", takes_what_nobody_could_look_up_for_undone),
    ),
    Mutant(
        25,
        "orders expire that nobody could hear of",
        mutated("order_service.expiry:Expiry.__init__", expires_by_the_clock_alone),
    ),
    Mutant(
        26,
        "older news of a payment replaces newer",
        mutated("order_service.domain.order:_payment", shows_whatever_comes("payment")),
    ),
    Mutant(
        0,
        "a message leaves out its last event",
        mutated("shared.messaging.outgoing:batched", leaves_out_the_last),
    ),
    Mutant(
        0,
        "a row does not say when it changed",
        mutated("shared.database.row_store:write_rows", forgets_when_a_row_changed),
    ),
    Mutant(
        0,
        "versions of payments are counted by two",
        mutated("shared.eventsourcing.store:EventStore._parameters", leaves_gaps_between_payments),
    ),
)
