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
          Nothing is lost. Sign in again to continue where you were.
        </Alert>
      );
    case "too-many":
      return (
        <Alert role="alert" tone="warning" title="Too many requests">
          This one was not accepted. It is safe to try again {after(outcome.retryAfter)}.
        </Alert>
      );
    case "unknown":
      return (
        <Alert role="alert" tone="warning" title="No answer came">
          Your order may have been placed. It is safe to try again {after(outcome.retryAfter)}: you never get
          a second order.
        </Alert>
      );
  }
}
