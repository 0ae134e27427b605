/** How many orders a page of the history has. */
export const ORDERS_AT_ONCE = 20;
