import { Check } from "lucide-react";
import Link from "next/link";
import { parseAsStringLiteral } from "nuqs";
import { cn } from "@/components/ui/cn";

export const STEPS = ["address", "payment", "review"] as const;
export type Step = (typeof STEPS)[number];

export const stepParser = parseAsStringLiteral(STEPS).withDefault("address");

const names: Record<Step, string> = { address: "Address", payment: "Payment", review: "Review" };

interface StepsProps {
  current: Step;
  /** The last step that what was filled in so far leads to; null when none but this one may be gone to. */
  furthest: Step | null;
}

export function Steps({ current, furthest }: StepsProps) {
  return (
    <nav aria-label="Steps" className="mb-8">
      <ol className="flex gap-2 sm:gap-3">
        {STEPS.map((step, at) => {
          const reachable = furthest !== null && at <= STEPS.indexOf(furthest);
          const done = at < STEPS.indexOf(current);
          const content = (
            <>
              <span
                className={cn(
                  "grid size-6 shrink-0 place-items-center rounded-full border text-xs font-semibold tabular-nums",
                  step === current && "border-accent bg-accent text-on-accent",
                  done && "border-accent text-accent",
                  step !== current && !done && "border-control/60 text-muted",
                )}
              >
                {done ? <Check aria-hidden className="size-3.5" /> : at + 1}
              </span>
              {names[step]}
              {done && <span className="sr-only">, done</span>}
            </>
          );
          const classes = "flex items-center gap-2 rounded-md py-1 text-sm font-medium";
          return (
            <li key={step} className="flex flex-1 flex-col gap-2">
              <span
                aria-hidden
                className={cn("h-0.5 rounded-full", at <= STEPS.indexOf(current) ? "bg-accent" : "bg-border")}
              />
              {reachable && step !== current ? (
                <Link href={`/checkout?step=${step}`} className={cn(classes, "hover:text-accent")}>
                  {content}
                </Link>
              ) : (
                <span
                  aria-current={step === current ? "step" : undefined}
                  className={cn(classes, step !== current && "text-muted")}
                >
                  {content}
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
