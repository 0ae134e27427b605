"use client";

import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { ConnectionBanner } from "@/components/live/connection-banner";
import { SagaView } from "@/components/saga/saga-view";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Money } from "@/components/ui/money";
import { formatTime } from "@/lib/format/time";
import { CancelOrder } from "./cancel-order";
import { NextSteps } from "./next-steps";
import { LoadError } from "./load-error";
import { OrderAgain } from "./order-again";
import { OrderDetails } from "./order-details";
import type { OrderSnapshot } from "./order-snapshot";
import { OrderItems } from "./order-items";
import type { Pictures } from "./pictures";
import { StatusBadge } from "./status-badge";
import { useOrder } from "./use-order";

interface OrderViewProps {
  first: OrderSnapshot;
  pictures: Pictures;
  /** Staff may read everybody's orders. */
  isOwn: boolean;
}

export function OrderView({ first, pictures, isOwn }: OrderViewProps) {
  const { snapshot, story, error, readAgain } = useOrder(first);
  const { order, payment } = snapshot;
  return (
    <div className="grid gap-10">
      <header className="grid gap-4">
        <Link
          href="/account/orders"
          className="flex items-center gap-1.5 justify-self-start rounded-sm text-sm text-muted hover:text-text hover:underline"
        >
          <ArrowLeft aria-hidden className="size-4" />
          Your orders
        </Link>
        <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-4">
          <div className="grid gap-2">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
              <h1 className="text-2xl font-semibold sm:text-3xl">
                Order <span className="whitespace-nowrap">{order.number}</span>
              </h1>
              <StatusBadge status={story.status} />
            </div>
            <p className="text-muted">
              <Money amount={order.total} currency={order.currency} className="text-text" />
              {", placed "}
              <time dateTime={order.created_at} className="tabular-nums">
                {formatTime(order.created_at)}
              </time>
            </p>
          </div>
          <div className="flex flex-wrap gap-3">
            {isOwn && <OrderAgain order={order} status={story.status} />}
            <CancelOrder order={order} story={story} isOwn={isOwn} onAnswer={readAgain} />
          </div>
        </div>
        {snapshot.isPaymentOld && (
          <Alert tone="warning" title="The payment cannot be shown right now">
            <p>Nothing is lost. The order continues as usual.</p>
            <Button variant="link" className="justify-self-start" onClick={readAgain}>
              Try again
            </Button>
          </Alert>
        )}
        {error && (
          <LoadError
            title="This page could not be updated"
            text="What you see may be out of date."
            error={error}
            onRetry={readAgain}
          />
        )}
      </header>
      <NextSteps order={order} story={story} isOwn={isOwn} />
      <SagaView story={story} />
      <div className="grid items-start gap-x-12 gap-y-10 lg:grid-cols-[1fr_22rem]">
        <OrderItems order={order} refundedTotal={story.refundedTotal} pictures={pictures} />
        <OrderDetails
          order={order}
          payment={payment?.payment ?? null}
          trackingNumber={story.trackingNumber}
        />
      </div>
      <ConnectionBanner />
    </div>
  );
}
