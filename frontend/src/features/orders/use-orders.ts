"use client";

import { keepPreviousData, useInfiniteQuery, type InfiniteData } from "@tanstack/react-query";
import { useState } from "react";
import { orders } from "@/lib/api/browser";
import type { Order, OrderStatus, Page } from "@/lib/api/types";
import { useCustomerEvents } from "@/lib/live/use-live";
import { readOrdersPage } from "./orders-page";
import type { Pictures } from "./pictures";
import { afterReading, countNew, NOTHING_HEARD, rowStatus, withEvents } from "./rows";
import { usePictures } from "./use-pictures";

export interface FirstOrders {
  readonly customerId: string;
  readonly status: OrderStatus | null;
  readonly page: Page<Order>;
  readonly pictures: Pictures;
}

/** The customer's orders, the newest first, from the page that was rendered through everything that happens to them. */
export function useOrders(first: FirstOrders, status: OrderStatus | null) {
  const { customerId } = first;
  const [heard, setHeard] = useState(NOTHING_HEARD);
  const query = useInfiniteQuery({
    queryKey: ["orders", "of", customerId, status],
    queryFn: ({ pageParam, signal }): Promise<Page<Order>> =>
      readOrdersPage(orders, { customerId, status, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    ...(status === first.status && { initialData: asData(first.page) }),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  const readAgain = async () => {
    const { data, isSuccess } = await query.refetch();
    if (isSuccess) setHeard((now) => afterReading(now, heard, itemsOf(data)));
  };
  useCustomerEvents(customerId, {
    events: (batch) => setHeard((before) => withEvents(before, batch)),
    resync: () => void readAgain(),
  });
  const read = query.data ? itemsOf(query.data) : [];
  const pictures = usePictures(first.pictures, read);
  return {
    pictures,
    rows: read.map((order) => ({ order, status: rowStatus(order, heard) })),
    // Whether a new order belongs into a part of the list is for the service to say.
    newCount: status === null ? countNew(read, heard) : 0,
    showNew: readAgain,
    query,
  };
}

function itemsOf({ pages }: InfiniteData<Page<Order>>): Order[] {
  return pages.flatMap(({ items }) => items);
}

function asData(page: Page<Order>): InfiniteData<Page<Order>, string | null> {
  return { pages: [page], pageParams: [null] };
}
