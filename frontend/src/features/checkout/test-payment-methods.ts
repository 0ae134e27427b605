/** What the simulated provider understands, and what comes of it (see README.md). */
export const TEST_PAYMENT_METHODS = [
  { value: "pm_card_visa", label: "Visa", description: "Is charged at once." },
  { value: "pm_card_mastercard", label: "Mastercard", description: "Is charged at once." },
  {
    value: "pm_card_chargeDeclined",
    label: "A card that is declined",
    description: "The bank refuses; the order fails and its stock is given back.",
  },
  {
    value: "pm_card_chargeDeclinedInsufficientFunds",
    label: "A card without enough funds",
    description: "Is declined for insufficient funds.",
  },
  {
    value: "pm_card_chargeDeclinedExpiredCard",
    label: "An expired card",
    description: "Is declined because it has expired.",
  },
  {
    value: "pm_test_slow",
    label: "A slow bank",
    description: "Is charged after three seconds: time to cancel.",
  },
  {
    value: "pm_test_timeout",
    label: "A lost answer",
    description: "Is charged while the answer is lost; asked again, and charged once all the same.",
  },
  {
    value: "pm_test_error_then_ok",
    label: "A provider in trouble",
    description: "Fails twice without charging, then is charged.",
  },
  {
    value: "pm_test_refund_fails",
    label: "A refund that fails",
    description: "Is charged; when the order is cancelled, the first refund is refused.",
  },
] as const;

export type TestPaymentMethod = (typeof TEST_PAYMENT_METHODS)[number]["value"];

export function paymentMethodLabel(value: string): string {
  return TEST_PAYMENT_METHODS.find((method) => method.value === value)?.label ?? value;
}
