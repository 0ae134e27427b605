"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import {
  AlertDialog,
  AlertDialogCancel,
  AlertDialogContent,
  AlertDialogDescription,
  AlertDialogFooter,
  AlertDialogTitle,
  AlertDialogTrigger,
} from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { orders } from "@/lib/api/browser";
import { Problem, unwrap } from "@/lib/api/problem";
import type { Order, OrderStatus } from "@/lib/api/types";
import { useSession } from "@/features/session/use-session";
import { formatMoney } from "@/lib/format/money";
import type { Story } from "./story";

const CANCELLABLE: readonly OrderStatus[] = ["PENDING", "CONFIRMED", "PROCESSING"];
const CONFLICT = 409;

interface CancelOrderProps {
  order: Order;
  story: Story;
  isOwn: boolean;
  /** The service has answered: the present state can be read. */
  onAnswer: () => void;
}

export function CancelOrder({ order, story, isOwn, onAnswer }: CancelOrderProps) {
  const [isOpen, setIsOpen] = useState(false);
  const role = useSession().session?.role;
  const cancel = useMutation({
    mutationFn: () => {
      const reason = isOwn ? "customer_request" : "staff_request";
      const params = { path: { order_id: order.id }, query: { reason } } as const;
      return unwrap(orders.DELETE("/orders/{order_id}", { params }));
    },
    onSettled: () => {
      setIsOpen(false);
      onAnswer();
    },
  });
  if (!isOwn && role !== "staff") return null;
  if (!CANCELLABLE.includes(story.status)) return cancel.error ? <NotCancelled error={cancel.error} /> : null;
  // Accepted is not yet done: the order says so itself.
  if (cancel.isSuccess) {
    return (
      <Button variant="secondary" pending>
        Cancellation requested
      </Button>
    );
  }
  return (
    <div className="grid gap-3">
      <AlertDialog open={isOpen} onOpenChange={setIsOpen}>
        <AlertDialogTrigger asChild>
          <Button variant="secondary" className="justify-self-start sm:justify-self-end">
            Cancel order
          </Button>
        </AlertDialogTrigger>
        <AlertDialogContent>
          <AlertDialogTitle>Cancel order {order.number}?</AlertDialogTitle>
          <AlertDialogDescription>
            {consequences(order, story, isOwn)} This cannot be undone.
          </AlertDialogDescription>
          <AlertDialogFooter>
            <AlertDialogCancel asChild>
              <Button variant="secondary">Keep the order</Button>
            </AlertDialogCancel>
            <Button variant="danger" pending={cancel.isPending} onClick={() => cancel.mutate()}>
              Cancel order
            </Button>
          </AlertDialogFooter>
        </AlertDialogContent>
      </AlertDialog>
      {cancel.error && <NotCancelled error={cancel.error} />}
    </div>
  );
}

function consequences(order: Order, { charge }: Story, isOwn: boolean): string {
  const card = isOwn ? "Your card" : "The card";
  const total = formatMoney(order.total, order.currency);
  switch (charge) {
    case "none":
      return `${card} has not been charged, and will not be. Held items go back to stock.`;
    case "underway":
      return `${card} is being charged right now. If the charge goes through, ${total} is refunded in full. Held items go back to stock.`;
    case "taken":
      return "The charge is refunded to the card in full. Held items go back to stock.";
  }
}

function NotCancelled({ error }: { error: Error }) {
  const { title, text } = wordsOf(error);
  return (
    <Alert role="alert" tone="warning" className="max-w-sm" title={title}>
      {text}
    </Alert>
  );
}

function wordsOf(error: Error): { title: string; text: string } {
  if (!(error instanceof Problem) || error.leavesOpen) {
    return { title: "No answer came", text: "The order may have been cancelled. It is safe to try again." };
  }
  const title = error.status === CONFLICT ? "It was too late to cancel" : "Not cancelled";
  return { title, text: error.message };
}
