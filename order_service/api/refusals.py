"""The domain's refusals in the words of HTTP."""

from typing import assert_never

from order_service.domain.money import Money
from order_service.domain.refusals import (
    Discontinued,
    LinesNotOrderable,
    NoSuchOrder,
    NoSuchStep,
    NotCancellable,
    NotEditable,
    NotPricedIn,
    PriceChanged,
    Refusal,
    TotalTooLarge,
    UnknownProduct,
)
from shared.http.problems import Conflict, FieldError, NotFound, Problem, UnprocessableInput


class PriceHasChanged(Conflict):
    slug = "price-changed"
    title = "A price is not the one that you saw"


class NotOrderable(UnprocessableInput):
    slug = "not-orderable"
    title = "Some items cannot be ordered"


class OrderTooLarge(UnprocessableInput):
    slug = "total-too-large"
    title = "The order's total is too large"


class NoStepThere(Conflict):
    slug = "no-such-step"
    title = "The order cannot take this step"


class NoLongerCancellable(Conflict):
    slug = "not-cancellable"
    title = "The order can no longer be cancelled"


class NoLongerEditable(Conflict):
    slug = "not-editable"
    title = "The order can no longer be edited"


def order_not_found() -> NotFound:
    return NotFound("There is no order with this id.")


def problem_of(refusal: Refusal) -> Problem:
    match refusal:
        case NoSuchOrder():
            return order_not_found()
        case LinesNotOrderable(lines):
            return NotOrderable(
                "Nothing was ordered: see which items are at fault.",
                errors=[FieldError(f"items.{fault.line}.sku", _fault(fault)) for fault in lines],
            )
        case PriceChanged(lines):
            return PriceHasChanged(
                "Nothing was ordered: confirm the current prices.",
                errors=[
                    FieldError(
                        f"items.{line.line}.expected_unit_price",
                        f"{line.sku} was expected at {_said(line.expected)}, it costs {_said(line.current)}",
                        current=line.current.amount,
                    )
                    for line in lines
                ],
            )
        case TotalTooLarge(total, limit):
            message = f"the total is {_said(total)}, at most {limit} is allowed"
            return OrderTooLarge("The total is too large.", errors=[FieldError("items", message)])
        case NoSuchStep(status, wanted):
            return NoStepThere(f"The order is {status}: it cannot become {wanted}.")
        case NotCancellable(status):
            return NoLongerCancellable(f"The order is {status}: it can no longer be cancelled.")
        case NotEditable(status):
            return NoLongerEditable(f"The order is {status}: it can no longer be edited.")
        case _:
            assert_never(refusal)


def _fault(fault: UnknownProduct | Discontinued | NotPricedIn) -> str:
    match fault:
        case UnknownProduct():
            return f"there is no product {fault.sku}"
        case Discontinued():
            return f"{fault.sku} is discontinued"
        case NotPricedIn():
            return f"{fault.sku} has no price in {fault.currency}"


def _said(money: Money) -> str:
    return f"{money.amount} {money.currency}"
