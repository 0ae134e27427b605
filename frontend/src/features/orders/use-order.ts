"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { orders, payments } from "@/lib/api/browser";
import { useOrderEvents } from "@/lib/live/use-live";
import { NO_FACTS, withFacts } from "./facts";
import { factsOfEvent } from "./facts-of-events";
import { factsOfOrderHistory, factsOfPaymentHistory } from "./facts-of-history";
import { readOrder, type OrderSnapshot } from "./order-snapshot";
import { hasSessionEnded } from "@/features/session/session-ended";
import { storyOf, type Story } from "./story";
import { useDebounced } from "./use-debounced";

// Events say what happened at once; what they leave out (refunds on their way, totals) is read when they pause.
const PAUSE_MS = 300;
const UNREAD_AGAIN_MS = 5_000;

export interface FollowedOrder {
  readonly snapshot: OrderSnapshot;
  readonly story: Story;
  /** Why the present state could not be read, while an older one is shown. */
  readonly error: Error | null;
  readonly readAgain: () => void;
}

/** An order from the state that the page was rendered with, through everything that happens to it. */
export function useOrder(first: OrderSnapshot): FollowedOrder {
  const id = first.order.id;
  const queryKey = ["orders", id];
  const queries = useQueryClient();
  const { data: snapshot, error } = useQuery({
    queryKey,
    queryFn: () => readOrder(orders, payments, id, queries.getQueryData(queryKey)),
    initialData: first,
    staleTime: Infinity,
    refetchInterval: ({ state: { error, data } }) =>
      (error || data?.isPaymentOld) && !hasSessionEnded(error) ? UNREAD_AGAIN_MS : false,
  });
  const [live, setLive] = useState(NO_FACTS);
  const readAgain = () => void queries.invalidateQueries({ queryKey });
  const readSoon = useDebounced(PAUSE_MS, readAgain);
  useOrderEvents(id, {
    events(batch) {
      setLive((known) => withFacts(known, batch.flatMap(factsOfEvent)));
      readSoon();
    },
    resync: readAgain,
  });
  const story = useMemo(() => {
    const { order, history, payment } = snapshot;
    const read = [...factsOfOrderHistory(history), ...factsOfPaymentHistory(payment?.history ?? [])];
    return storyOf(order, withFacts(live, read));
  }, [snapshot, live]);
  return { snapshot, story, error, readAgain };
}
