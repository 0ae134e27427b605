"""The domain's refusals in the words of HTTP."""

from typing import assert_never

from payment_service.domain import commands as domain
from payment_service.domain.commands import Refusal
from shared.http.problems import Conflict, FieldError, NotFound, Problem, UnprocessableInput


class NothingToReturn(Conflict):
    slug = "nothing-captured"
    title = "No money was taken"


class MoreThanIsLeft(UnprocessableInput):
    slug = "more-than-left"
    title = "The refund is more than is left"


class NotRetryable(Conflict):
    slug = "refund-not-failed"
    title = "Only a failed refund can be retried"


class RetriedBefore(Conflict):
    slug = "refund-already-retried"
    title = "The refund was retried before"


def payment_not_found() -> NotFound:
    return NotFound("There is no payment with this id.")


def problem_of(refusal: Refusal) -> Problem:
    match refusal:
        case domain.NoSuchPayment():
            return payment_not_found()
        case domain.NoSuchRefund():
            return NotFound("The payment has no refund with this id.")
        case domain.NothingCaptured():
            return NothingToReturn("Nothing was taken for this payment, so nothing can be returned.")
        case domain.MoreThanLeft(left):
            message = f"at most {left} minor units can still be returned"
            return MoreThanIsLeft(f"Nothing was returned: {message}.", errors=[FieldError("amount", message)])
        case domain.RefundNotFailed(status):
            return NotRetryable(f"The refund is {status}.")
        case domain.AlreadyRetried(retried_as):
            return RetriedBefore(f"It was retried as refund {retried_as}; retry that one if it failed.")
        case _:
            assert_never(refusal)
