/** What the simulated provider understands, and what comes of it (see README.md). */
export const TEST_PAYMENT_METHODS = [
  { value: "pm_card_visa", label: "Visa", description: "Charged at once." },
  { value: "pm_card_mastercard", label: "Mastercard", description: "Charged at once." },
  {
    value: "pm_card_chargeDeclined",
    label: "A card that is declined",
    description: "The bank declines; the order fails and its items return to stock.",
  },
  {
    value: "pm_card_chargeDeclinedInsufficientFunds",
    label: "A card without enough funds",
    description: "Declined for insufficient funds.",
  },
  {
    value: "pm_card_chargeDeclinedExpiredCard",
    label: "An expired card",
    description: "Declined because it has expired.",
  },
  {
    value: "pm_test_slow",
    label: "A slow bank",
    description: "Charged after three seconds: time to cancel.",
  },
  {
    value: "pm_test_timeout",
    label: "A lost answer",
    description: "The bank's answer is lost; we ask again, and you are still charged once.",
  },
  {
    value: "pm_test_error_then_ok",
    label: "A provider in trouble",
    description: "Fails twice without a charge, then succeeds.",
  },
  {
    value: "pm_test_refund_fails",
    label: "A refund that fails",
    description: "Charged at once; if the order is cancelled, the first refund fails.",
  },
] as const;

/** What a shopper calls the method; "Card" for one that is not among these. */
export function paymentMethodLabel(value: string): string {
  return TEST_PAYMENT_METHODS.find((method) => method.value === value)?.label ?? "Card";
}
