"use client";

import Link from "next/link";
import { useQueryState } from "nuqs";
import { ConnectionBanner } from "@/components/live/connection-banner";
import { LiveMark } from "@/components/live/live-mark";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { EmptyState } from "@/components/ui/empty-state";
import { Illustration } from "@/components/ui/illustration";
import type { OrderStatus } from "@/lib/api/types";
import { LoadError } from "./load-error";
import { OrderRow } from "./order-row";
import { STATUSES, statusParser } from "./status-filter";
import { useOrders, type FirstOrders } from "./use-orders";
import { STATUS_WORDS } from "./words";

export function OrdersView({ first }: { first: FirstOrders }) {
  const [status, setStatus] = useQueryState("status", statusParser.withOptions({ history: "push" }));
  const { rows, pictures, newCount, showNew, query } = useOrders(first, status);
  const { error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch, isPlaceholderData } = query;
  return (
    <div className="grid gap-6">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <StatusFilter chosen={status} onChoose={(next) => void setStatus(next)} />
        <LiveMark />
      </div>
      <p role="status" className="contents">
        {newCount > 0 && (
          <Button variant="secondary" className="justify-self-center" onClick={() => void showNew()}>
            {newCount === 1 ? "Show 1 new order" : `Show ${newCount} new orders`}
          </Button>
        )}
      </p>
      {error && (
        <LoadError
          title="Your orders could not be loaded"
          text={error.message}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {rows.length > 0 && (
        <ul
          aria-busy={isPlaceholderData}
          className={cn("divide-y divide-border border-y border-border", isPlaceholderData && "opacity-60")}
        >
          {rows.map((row) => (
            <OrderRow key={row.order.id} order={row.order} status={row.status} pictures={pictures} />
          ))}
        </ul>
      )}
      {rows.length === 0 && query.isSuccess && (
        <NoOrders status={status} onAll={() => void setStatus(null)} />
      )}
      {hasNextPage && (
        <Button
          variant="secondary"
          className="justify-self-center"
          pending={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          Show older orders
        </Button>
      )}
      <ConnectionBanner />
    </div>
  );
}

interface StatusFilterProps {
  chosen: OrderStatus | null;
  onChoose: (status: OrderStatus | null) => void;
}

function StatusFilter({ chosen, onChoose }: StatusFilterProps) {
  return (
    <div role="group" aria-label="Show orders by status" className="flex flex-wrap gap-1.5">
      {[null, ...STATUSES].map((status) => (
        <button
          key={status}
          type="button"
          aria-pressed={status === chosen}
          onClick={() => onChoose(status)}
          className={cn(
            "h-8 rounded-full border px-3 text-[13px] font-medium transition-colors",
            status === chosen
              ? "border-accent bg-accent-soft text-accent"
              : "border-border text-muted hover:bg-sunken hover:text-text",
          )}
        >
          {status === null ? "All" : STATUS_WORDS[status].label}
        </button>
      ))}
    </div>
  );
}

function NoOrders({ status, onAll }: { status: OrderStatus | null; onAll: () => void }) {
  if (status) {
    return (
      <EmptyState
        title={`You have no orders with the status “${STATUS_WORDS[status].label}”`}
        action={
          <Button variant="secondary" onClick={onAll}>
            Show all orders
          </Button>
        }
      />
    );
  }
  return (
    <EmptyState
      picture={<Illustration name="empty-cart" />}
      title="You have not ordered anything yet"
      action={
        <Button asChild>
          <Link href="/">Browse the shop</Link>
        </Button>
      }
    >
      Orders appear here as soon as you place them, and update by themselves.
    </EmptyState>
  );
}
