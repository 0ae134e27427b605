import { Undo2 } from "lucide-react";
import { cn } from "@/components/ui/cn";
import { Spinner } from "@/components/ui/spinner";
import { toneIcons, toneInks } from "@/components/ui/tone";
import type { Expectation } from "@/features/orders/expectations";
import type { Step } from "@/features/orders/story";
import { formatOffset, formatTime } from "@/lib/format/time";
import { LANES } from "./lanes";

// A line of the timeline on narrow screens, a card in its lane on wide ones.
const ROW =
  "relative grid grid-cols-[1.25rem_1fr] gap-x-3 pb-5 lg:grid lg:h-20 lg:grid-cols-3 lg:gap-0 lg:pb-4";
const TIMELINE =
  "before:absolute before:top-6 before:bottom-0 before:left-[0.6rem] before:w-px before:bg-border last:before:hidden lg:before:hidden";
const CARD =
  "contents lg:mr-6 lg:grid lg:grid-cols-[1.25rem_1fr] lg:content-center lg:gap-x-3 lg:overflow-hidden lg:rounded-lg lg:border lg:bg-surface lg:px-4";

interface SagaStepProps {
  step: Step;
  /** The step just above it: its effect needs no words. */
  before: Step | undefined;
  isNew: boolean;
}

export function SagaStep({ step, before, isNew }: SagaStepProps) {
  const lane = LANES[step.lane];
  const Icon = step.compensates ? Undo2 : toneIcons[step.tone];
  const time = formatTime(new Date(step.at).toISOString());
  return (
    <li className={cn(ROW, TIMELINE, isNew && "animate-rise")}>
      <div className={cn(CARD, lane.column, step.compensates && "lg:border-dashed lg:border-warning/60")}>
        <Icon
          aria-hidden
          className={cn("mt-1 size-5 lg:size-4", toneInks[step.compensates ? "warning" : step.tone])}
        />
        <div className="min-w-0">
          <div className="flex items-baseline justify-between gap-3">
            <p className="min-w-0 text-[15px] font-medium lg:text-sm">
              <span className="sr-only">{lane.name}: </span>
              {step.title}
            </p>
            <time
              dateTime={new Date(step.at).toISOString()}
              title={time}
              className="shrink-0 text-[13px] text-muted tabular-nums"
            >
              <span className="sr-only">after </span>
              {formatOffset(step.offset)}
            </time>
          </div>
          {step.detail && (
            <p className="text-[13px] leading-snug text-muted lg:line-clamp-2">{step.detail}</p>
          )}
          {step.cause && (
            <p
              className={cn(
                "text-[13px] leading-snug text-muted lg:sr-only",
                step.cause.id === before?.id && "sr-only",
              )}
            >
              Caused by: {step.cause.title}
            </p>
          )}
        </div>
      </div>
    </li>
  );
}

/** What happens just now. */
export function SagaUnderway({ expectation }: { expectation: Expectation }) {
  const lane = LANES[expectation.lane];
  return (
    <li className={ROW}>
      <div className={cn(CARD, lane.column, "lg:content-center lg:border-dashed lg:bg-background")}>
        <Spinner className="mt-1 size-5 text-muted lg:mt-0.5 lg:size-4" />
        <p className="min-w-0 self-center text-sm text-muted">{expectation.text}</p>
      </div>
    </li>
  );
}
