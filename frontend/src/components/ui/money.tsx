import { formatMoney } from "@/lib/format/money";
import { cn } from "./cn";

interface MoneyProps {
  /** In minor units. */
  amount: number;
  /** ISO 4217. */
  currency: string;
  className?: string;
}

export function Money({ amount, currency, className }: MoneyProps) {
  return (
    <span className={cn("whitespace-nowrap tabular-nums", className)}>{formatMoney(amount, currency)}</span>
  );
}
