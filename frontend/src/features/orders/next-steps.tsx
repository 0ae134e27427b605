import { Alert } from "@/components/ui/alert";
import type { Tone } from "@/components/ui/tone";
import type { Order } from "@/lib/api/types";
import { formatMoney } from "@/lib/format/money";
import type { Story } from "./story";

interface Standing {
  readonly title: string;
  readonly lines: readonly string[];
  readonly tone: Tone;
}

interface NextStepsProps {
  order: Order;
  story: Story;
  isOwn: boolean;
}

/** Where the order stands in one sentence, and what can still happen. */
export function NextSteps({ order, story, isOwn }: NextStepsProps) {
  const { title, lines, tone } = standingOf(order, story, isOwn);
  return (
    <section aria-label="Where the order stands">
      <Alert tone={tone} title={title}>
        {lines.length > 0 && (
          <ul className="grid gap-1">
            {lines.map((line) => (
              <li key={line}>{line}.</li>
            ))}
          </ul>
        )}
      </Alert>
    </section>
  );
}

// About as many lines in each of the first states, so that what stands below does not jump.
function standingOf(order: Order, { status, expectations, refundedTotal }: Story, isOwn: boolean): Standing {
  const which = isOwn ? "Your order" : "This customer's order";
  const all = expectations.map(({ text }) => text);
  const underway = expectations.filter((each) => each.underway).map(({ text }) => text);
  switch (status) {
    case "PENDING": {
      // What is underway is shown where it happens.
      const possible = expectations.filter((each) => !each.underway).map(({ text }) => text);
      return { title: `${which} is pending. This takes a moment.`, lines: possible, tone: "info" };
    }
    case "CONFIRMED":
      return { title: `${which} is confirmed.`, lines: all, tone: "success" };
    case "PROCESSING":
      return { title: `${which} is being prepared for shipping.`, lines: all, tone: "info" };
    case "SHIPPED":
      return { title: `${which} has shipped.`, lines: all, tone: "info" };
    case "DELIVERED":
      return { title: `${which} has been delivered.`, lines: all, tone: "success" };
    case "FAILED":
    case "CANCELLED": {
      const ended = status === "FAILED" ? `${which} failed.` : `${which} is cancelled.`;
      if (underway.length > 0) {
        return {
          title: `${ended} Still under way:`,
          lines: underway,
          tone: "warning",
        };
      }
      const money =
        refundedTotal > 0
          ? `${formatMoney(refundedTotal, order.currency)} was refunded to ${isOwn ? "your" : "the"} card`
          : isOwn
            ? "You were not charged"
            : "Nothing was charged";
      const tone = status === "FAILED" ? "danger" : "neutral";
      return { title: ended, lines: [money, "Nothing more will happen"], tone };
    }
  }
}
