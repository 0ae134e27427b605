import { Alert } from "@/components/ui/alert";
import type { Unplaced } from "./outcome";

type Told = Exclude<Unplaced, { kind: "prices-changed" }>;

function after(seconds: number | null): string {
  if (seconds === null) return "in a moment";
  return seconds === 1 ? "in one second" : `in ${seconds} seconds`;
}

/** Says what is known, and no more. */
export function OutcomeAlert({ outcome }: { outcome: Told }) {
  switch (outcome.kind) {
    case "refused":
      return (
        <Alert role="alert" tone="danger" title={outcome.title}>
          <p>Nothing was ordered.</p>
          <ul>
            {outcome.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </Alert>
      );
    case "signed-out":
      return (
        <Alert role="alert" tone="warning" title="You are no longer signed in">
          Nothing is lost: sign in again, and you come back to here.
        </Alert>
      );
    case "too-many":
      return (
        <Alert role="alert" tone="warning" title="Too many requests just now">
          This one was not taken. Please try again {after(outcome.retryAfter)}; it is safe.
        </Alert>
      );
    case "unknown":
      return (
        <Alert role="alert" tone="warning" title="No answer came">
          We do not know yet whether the order was placed; trying again is safe. It asks for the same order,
          never for a second one. Please try {after(outcome.retryAfter)}.
        </Alert>
      );
  }
}
