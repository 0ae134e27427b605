import { Alert } from "@/components/ui/alert";
import type { Tone } from "@/components/ui/tone";
import type { Order } from "@/lib/api/types";
import { formatMoney } from "@/lib/format/money";
import type { Story } from "./story";

/** Where the order stands in one sentence, and what can still happen. */
export function NextSteps({ order, story }: { order: Order; story: Story }) {
  const { title, tone } = standing(order, story);
  return (
    <section aria-label="Where the order stands">
      <Alert tone={tone} title={title}>
        {story.expectations.length > 0 && (
          <ul className="grid gap-1">
            {story.expectations.map(({ text }) => (
              <li key={text}>{text}.</li>
            ))}
          </ul>
        )}
      </Alert>
    </section>
  );
}

function standing(order: Order, story: Story): { title: string; tone: Tone } {
  const settled = !story.expectations.some((each) => each.underway);
  switch (story.status) {
    case "PENDING":
      return { title: "Your order is being settled. This takes a moment.", tone: "info" };
    case "CONFIRMED":
      return { title: "Your order is confirmed.", tone: "success" };
    case "PROCESSING":
      return { title: "Your order is being prepared for shipping.", tone: "info" };
    case "SHIPPED":
      return { title: "Your order has shipped.", tone: "info" };
    case "DELIVERED":
      return { title: "Your order has been delivered.", tone: "success" };
    case "FAILED":
    case "CANCELLED": {
      const ended = story.status === "FAILED" ? "Your order failed" : "Your order is cancelled";
      if (!settled) return { title: `${ended}. What was done for it is being taken back.`, tone: "warning" };
      const money =
        story.refundedTotal > 0
          ? `${formatMoney(story.refundedTotal, order.currency)} went back to your card`
          : "you were not charged";
      return {
        title: `${ended}, and ${money}. Nothing more will happen.`,
        tone: story.status === "FAILED" ? "danger" : "neutral",
      };
    }
  }
}
