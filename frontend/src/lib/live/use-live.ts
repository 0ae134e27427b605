"use client";

import { useEffect, useEffectEvent, useMemo, useSyncExternalStore } from "react";
import { useSession } from "@/features/session/use-session";
import { browserFeed } from "./browser-feed";
import type { Connection } from "./connection";
import type { Follower } from "./subscriptions";
import type { Room } from "./rooms";

const IDLE: Connection = { state: "idle" };

/** How the link is, for banners and marks; `idle` while nothing is followed. */
export function useConnection(): Connection {
  return useSyncExternalStore(
    (changed) => browserFeed().watch(changed),
    () => browserFeed().connection(),
    () => IDLE,
  );
}

/**
 * Tells of an order's events in batches, and when to read the present state: `resync` comes as soon as the order is
 * followed, because what a page was rendered from may be old by then.
 */
export function useOrderEvents(orderId: string, follower: Follower): void {
  useFollow(
    useMemo(() => ({ order_id: orderId }), [orderId]),
    follower,
  );
}

/** The same for all orders of a customer. */
export function useCustomerEvents(customerId: string, follower: Follower): void {
  useFollow(
    useMemo(() => ({ customer_id: customerId }), [customerId]),
    follower,
  );
}

function useFollow(room: Room, follower: Follower): void {
  const subject = useSession().session?.subject;
  const events = useEffectEvent(follower.events);
  const resync = useEffectEvent(follower.resync);
  useEffect(() => {
    if (subject === undefined) return;
    return browserFeed().follow(subject, room, {
      events: (batch) => events(batch),
      resync: () => resync(),
    });
  }, [subject, room]);
}
