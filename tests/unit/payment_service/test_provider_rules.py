"""The simulated provider's rules, method by method."""

import pytest

from payment_service.domain.money import Money
from payment_service.providers.fake import FakeProvider, Mishap
from payment_service.providers.port import (
    Charged,
    Declined,
    KeyMisused,
    PaymentProvider,
    ProviderUnavailable,
    Refunded,
    RefundRefused,
)

PRICE = Money(4498, "USD")


async def charged(provider: PaymentProvider, method: str = "pm_card_visa") -> str:
    """The reference of a charge that succeeded."""
    answer = await provider.charge("p:charge", PRICE, method)
    assert isinstance(answer, Charged)
    return answer.reference


@pytest.mark.parametrize(
    "method", ["pm_card_visa", "pm_card_mastercard", "pm_test_slow", "pm_test_refund_fails"]
)
async def test_money_is_taken_when_the_method_is_good(method: str) -> None:
    provider = FakeProvider()
    await charged(provider, method)
    assert provider.kept() == PRICE.amount


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("pm_card_chargeDeclined", "card_declined"),
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
        ("pm_nobody_knows", "invalid_payment_method"),
    ],
)
async def test_charge_is_declined_for_good_when_the_method_is_not(method: str, code: str) -> None:
    provider = FakeProvider()
    first = await provider.charge("p:charge", PRICE, method)
    assert isinstance(first, Declined)
    assert first.code == code
    assert await provider.charge("p:charge", PRICE, method) == first
    assert provider.kept() == 0


async def test_money_is_taken_once_when_a_key_is_asked_again() -> None:
    provider = FakeProvider()
    first = await provider.charge("p:charge", PRICE, "pm_card_visa")
    assert await provider.charge("p:charge", PRICE, "pm_card_visa") == first
    assert await provider.find("p:charge") == first
    assert provider.kept() == PRICE.amount


async def test_answer_is_lost_once_when_the_method_times_out() -> None:
    provider = FakeProvider()
    with pytest.raises(ProviderUnavailable):
        await provider.charge("p:charge", PRICE, "pm_test_timeout")
    assert provider.kept() == PRICE.amount
    await charged(provider, "pm_test_timeout")
    assert provider.kept() == PRICE.amount


async def test_nothing_is_taken_before_the_third_ask_when_the_method_errs_twice() -> None:
    provider = FakeProvider()
    for _ in range(2):
        with pytest.raises(ProviderUnavailable):
            await provider.charge("p:charge", PRICE, "pm_test_error_then_ok")
        assert provider.kept() == 0
        assert await provider.find("p:charge") is None
    await charged(provider, "pm_test_error_then_ok")
    assert provider.kept() == PRICE.amount


async def test_first_refund_key_alone_is_refused_when_the_method_refuses_refunds() -> None:
    provider = FakeProvider()
    reference = await charged(provider, "pm_test_refund_fails")
    refused = await provider.refund("p:refund:1", Money(100, "USD"), reference)
    assert refused == RefundRefused("refund_refused", "The refund was refused.")
    assert isinstance(await provider.refund("p:refund:2", Money(100, "USD"), reference), Refunded)
    assert await provider.refund("p:refund:1", Money(100, "USD"), reference) == refused
    assert provider.kept() == PRICE.amount - 100


async def test_refund_is_refused_when_it_is_more_than_is_left_of_the_charge() -> None:
    provider = FakeProvider()
    reference = await charged(provider)
    assert isinstance(await provider.refund("p:refund:1", Money(4000, "USD"), reference), Refunded)
    refused = await provider.refund("p:refund:2", Money(499, "USD"), reference)
    assert isinstance(refused, RefundRefused)
    assert refused.code == "amount_too_large"
    assert isinstance(await provider.refund("p:refund:3", Money(498, "USD"), reference), Refunded)
    assert provider.kept() == 0


async def test_refund_is_refused_when_there_is_no_such_charge() -> None:
    provider = FakeProvider()
    refused = await provider.refund("p:refund:1", PRICE, "ch_unknown")
    assert isinstance(refused, RefundRefused)
    assert refused.code == "unknown_charge"


async def test_key_is_misused_when_it_is_asked_for_something_else() -> None:
    provider = FakeProvider()
    reference = await charged(provider)
    with pytest.raises(KeyMisused):
        await provider.charge("p:charge", Money(1, "USD"), "pm_card_visa")
    with pytest.raises(KeyMisused):
        await provider.refund("p:charge", PRICE, reference)
    assert provider.kept() == PRICE.amount


async def test_nothing_has_happened_when_a_call_fails() -> None:
    provider = FakeProvider()
    reference = await charged(provider)
    provider.mishap = Mishap.FAILS
    for call in (
        provider.charge("q:charge", PRICE, "pm_card_visa"),
        provider.refund("p:refund:1", PRICE, reference),
        provider.find("p:charge"),
    ):
        with pytest.raises(ProviderUnavailable):
            await call
    assert [entry.ask.key for entry in provider.books] == ["p:charge"]


async def test_all_has_happened_when_a_call_loses_its_answer() -> None:
    provider = FakeProvider()
    provider.mishap = Mishap.LOSES_ITS_ANSWER
    with pytest.raises(ProviderUnavailable):
        await provider.charge("p:charge", PRICE, "pm_card_visa")
    assert provider.kept() == PRICE.amount
    provider.mishap = None
    reference = await charged(provider)
    provider.mishap = Mishap.LOSES_ITS_ANSWER
    with pytest.raises(ProviderUnavailable):
        await provider.refund("p:refund:1", PRICE, reference)
    assert provider.kept() == 0
    with pytest.raises(ProviderUnavailable):
        await provider.find("p:refund:1")
