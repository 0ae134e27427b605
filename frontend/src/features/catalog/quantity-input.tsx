"use client";

import { Minus, Plus } from "lucide-react";
import { useState } from "react";
import { MOST_PIECES } from "@/features/cart/cart";

interface QuantityInputProps {
  /** What the number counts, for screen readers: "Quantity of Stoneware mug". */
  label: string;
  value: number;
  onValueChange: (value: number) => void;
}

const stepClasses =
  "grid h-full w-10 place-items-center rounded-lg text-muted transition-colors hover:bg-sunken hover:text-text disabled:opacity-40 disabled:hover:bg-transparent";

export function QuantityInput({ label, value, onValueChange }: QuantityInputProps) {
  // While it is typed it may be empty or too much; what counts is the last number that can be ordered.
  const [typed, setTyped] = useState<string | null>(null);
  const type = (text: string) => {
    const digits = text.replace(/\D/g, "").slice(0, 5);
    setTyped(digits);
    const number = Number(digits);
    if (number >= 1 && number <= MOST_PIECES) onValueChange(number);
  };
  return (
    <div
      role="group"
      aria-label={label}
      className="flex h-10 w-fit items-center rounded-lg border border-control/50 bg-surface"
    >
      <button
        type="button"
        aria-label="Decrease quantity"
        disabled={value <= 1}
        onClick={() => onValueChange(value - 1)}
        className={stepClasses}
      >
        <Minus aria-hidden className="size-4" />
      </button>
      <input
        inputMode="numeric"
        aria-label={label}
        value={typed ?? String(value)}
        onChange={(event) => type(event.target.value)}
        onBlur={() => setTyped(null)}
        className="h-full w-11 rounded-md bg-transparent text-center text-sm tabular-nums"
      />
      <button
        type="button"
        aria-label="Increase quantity"
        disabled={value >= MOST_PIECES}
        onClick={() => onValueChange(value + 1)}
        className={stepClasses}
      >
        <Plus aria-hidden className="size-4" />
      </button>
    </div>
  );
}
