import type { ReactNode } from "react";
import { cn } from "./cn";

interface Choice<Value extends string> {
  value: Value;
  label: ReactNode;
  description?: ReactNode;
}

interface RadioCardsProps<Value extends string> {
  /** What is chosen here, said to screen readers; shown above by the caller's own heading. */
  legend: string;
  name: string;
  choices: readonly Choice<Value>[];
  value: Value | null;
  onValueChange: (value: Value) => void;
  className?: string;
}

/** The browser's own radio buttons (arrow keys, forms), each as a card to press on. */
export function RadioCards<Value extends string>({
  legend,
  name,
  choices,
  value,
  onValueChange,
  className,
}: RadioCardsProps<Value>) {
  return (
    <fieldset className={cn("grid gap-3", className)}>
      <legend className="sr-only">{legend}</legend>
      {choices.map((choice) => (
        <label
          key={choice.value}
          className="flex items-start gap-3 rounded-lg border border-border bg-surface p-4 transition-colors hover:border-control has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-ring"
        >
          <input
            type="radio"
            name={name}
            value={choice.value}
            checked={choice.value === value}
            onChange={() => onValueChange(choice.value)}
            className="mt-1 size-4 shrink-0 accent-accent outline-none"
          />
          <span className="grid min-w-0 gap-0.5">
            <span className="text-sm font-medium">{choice.label}</span>
            {choice.description && <span className="text-[13px] text-muted">{choice.description}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
