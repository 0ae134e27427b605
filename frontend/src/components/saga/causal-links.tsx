import type { Step } from "@/features/orders/story";
import { cn } from "@/components/ui/cn";
import { LANES } from "./lanes";

// Rows are as high as their class says (lg:h-20), lanes are hundredths of a third of the width.
const ROW = 80;
const CARD_BOTTOM = 64;
const LANE = 100;
const OWN_LANE_AT = 6.5;
const LEAVES_AT = 14;
const ARRIVES_AT = 6.5;

/** Lines from causes to their effects, behind the cards. Decoration: each step says its cause in words. */
export function CausalLinks({ steps, rows }: { steps: readonly Step[]; rows: number }) {
  const places = new Map(steps.map((step, row) => [step.id, { row, lane: LANES[step.lane].place }]));
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${3 * LANE} ${rows * ROW}`}
      preserveAspectRatio="none"
      className="pointer-events-none absolute inset-0 hidden h-full w-full lg:block"
    >
      {steps.map((step) => {
        const cause = step.cause && places.get(step.cause.id);
        const effect = places.get(step.id);
        if (!cause || !effect) return null;
        return (
          <path
            key={step.id}
            d={line(cause, effect)}
            fill="none"
            vectorEffect="non-scaling-stroke"
            strokeWidth={1.5}
            className={cn(step.compensates ? "stroke-warning [stroke-dasharray:4_4]" : "stroke-control/60")}
          />
        );
      })}
    </svg>
  );
}

interface Place {
  row: number;
  lane: number;
}

// Down from the cause, across in the gap above the effect, and down into it.
function line(cause: Place, effect: Place): string {
  const top = cause.row * ROW + CARD_BOTTOM;
  const bottom = effect.row * ROW;
  if (cause.lane === effect.lane) {
    const x = cause.lane * LANE + OWN_LANE_AT;
    return `M ${x} ${top} V ${bottom}`;
  }
  const from = cause.lane * LANE + LEAVES_AT;
  const to = effect.lane * LANE + ARRIVES_AT;
  const across = bottom - (ROW - CARD_BOTTOM) / 2;
  const side = Math.sign(to - from) * 2;
  return `M ${from} ${top - 4} V ${across - 4} Q ${from} ${across} ${from + side} ${across} H ${to - side} Q ${to} ${across} ${to} ${across + 4} V ${bottom}`;
}
