import type { ReactNode } from "react";
import { AddressLines } from "@/components/ui/address-lines";
import { Badge } from "@/components/ui/badge";
import { Money } from "@/components/ui/money";
import type { Tone } from "@/components/ui/tone";
import { paymentMethodLabel } from "@/features/checkout/test-payment-methods";
import type { Order, Payment, PaymentStatus, Refund, RefundStatus } from "@/lib/api/types";
import { formatTime } from "@/lib/format/time";

const PAYMENT_WORDS: Record<PaymentStatus, { label: string; tone: Tone }> = {
  PENDING: { label: "Not charged yet", tone: "neutral" },
  PROCESSING: { label: "Being charged", tone: "info" },
  COMPLETED: { label: "Charged", tone: "success" },
  REFUNDED: { label: "Refunded", tone: "success" },
  FAILED: { label: "Declined", tone: "danger" },
  CANCELLED: { label: "Not charged", tone: "neutral" },
};

const REFUND_WORDS: Record<RefundStatus, { label: string; tone: Tone }> = {
  REQUESTED: { label: "On its way", tone: "info" },
  SUCCEEDED: { label: "Returned", tone: "success" },
  FAILED: { label: "Refused", tone: "warning" },
};

interface OrderDetailsProps {
  order: Order;
  payment: Payment | null;
  trackingNumber: string | null;
}

export function OrderDetails({ order, payment, trackingNumber }: OrderDetailsProps) {
  return (
    <div className="grid gap-8 text-sm">
      {order.shipping_address && (
        <Part title="Ships to">
          <AddressLines address={order.shipping_address} />
          {trackingNumber && (
            <p className="mt-3 text-muted">
              Tracking number <span className="font-mono text-text">{trackingNumber}</span>
            </p>
          )}
        </Part>
      )}
      {order.notes && (
        <Part title="Notes">
          <p className="wrap-break-word whitespace-pre-line">{order.notes}</p>
        </Part>
      )}
      <Part title="Payment">
        <div className="flex items-center justify-between gap-3">
          <span>{paymentMethodLabel(order.payment_method)}</span>
          {payment && (
            <Badge tone={PAYMENT_WORDS[payment.status].tone}>{PAYMENT_WORDS[payment.status].label}</Badge>
          )}
        </div>
        {payment?.failure && <p className="mt-1 text-muted">{payment.failure.message}</p>}
      </Part>
      {payment && payment.refunds.length > 0 && (
        <Part title="Refunds">
          <ul className="divide-y divide-border border-y border-border">
            {payment.refunds.map((refund) => (
              <RefundLine key={refund.id} refund={refund} />
            ))}
          </ul>
        </Part>
      )}
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2 className="mb-2 text-base font-semibold">{title}</h2>
      {children}
    </section>
  );
}

function RefundLine({ refund }: { refund: Refund }) {
  const { label, tone } = REFUND_WORDS[refund.status];
  return (
    <li className="flex items-start justify-between gap-3 py-3">
      <div className="min-w-0">
        <Money amount={refund.amount} currency={refund.currency} className="font-medium" />
        <p className="text-[13px] text-muted">
          {refund.failure ? refund.failure.message : formatTime(refund.updated_at)}
        </p>
      </div>
      <Badge tone={tone}>{label}</Badge>
    </li>
  );
}
