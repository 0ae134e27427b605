import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Money } from "@/components/ui/money";
import type { PriceChange } from "./outcome";

interface PricesChangedProps {
  changes: PriceChange[];
  currency: string;
  nameOf: (sku: string) => string;
  onAccept: () => void;
}

/** Asks whether to order at the new prices. */
export function PricesChanged({ changes, currency, nameOf, onAccept }: PricesChangedProps) {
  return (
    <Alert
      role="alert"
      tone="warning"
      title={changes.length === 1 ? "A price has changed" : "Prices have changed"}
    >
      <p>Nothing was ordered. These are the current prices:</p>
      <ul className="grid gap-1">
        {changes.map(({ sku, before, now }) => (
          <li key={sku} className="flex flex-wrap gap-x-2">
            <span className="font-medium">{nameOf(sku)}</span>
            <s className="text-muted">
              <span className="sr-only">was </span>
              <Money amount={before} currency={currency} />
            </s>
            <span>
              <span className="sr-only">is now </span>
              <Money amount={now} currency={currency} className="font-medium" />
            </span>
          </li>
        ))}
      </ul>
      <Button variant="secondary" size="sm" className="mt-1 justify-self-start" onClick={onAccept}>
        Accept the new {changes.length === 1 ? "price" : "prices"}
      </Button>
    </Alert>
  );
}
