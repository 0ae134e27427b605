import type { OrderInput } from "@/lib/api/types";
import { isRecord } from "@/lib/is-record";
import { type AddressForm, BLANK_ADDRESS } from "./address";

/** An order that was sent: until its answer is known, it is only ever sent again as it is, with its key. */
export interface Attempt {
  key: string;
  /** Who sent it: a key belongs to a customer. */
  subject: string;
  body: Omit<OrderInput, "items"> & {
    items: { sku: string; quantity: number; expected_unit_price: number }[];
  };
}

/** What a checkout holds before its order is placed. */
export interface Draft {
  address: AddressForm;
  method: string | null;
  attempt: Attempt | null;
}

export const FRESH_DRAFT: Draft = { address: BLANK_ADDRESS, method: null, attempt: null };

function isAddress(value: unknown): value is AddressForm {
  return isRecord(value) && Object.keys(BLANK_ADDRESS).every((field) => typeof value[field] === "string");
}

/** The body is sent as it was stored and judged by the order service, so that here its outline is enough. */
function isAttempt(value: unknown): value is Attempt {
  return (
    isRecord(value) &&
    typeof value.key === "string" &&
    typeof value.subject === "string" &&
    isRecord(value.body) &&
    Array.isArray(value.body.items)
  );
}

function isDraft(value: unknown): value is Draft {
  return (
    isRecord(value) &&
    isAddress(value.address) &&
    (value.method === null || typeof value.method === "string") &&
    (value.attempt === null || isAttempt(value.attempt))
  );
}

/** What was stored, or a fresh one when that is nothing we wrote. */
export function parseDraft(stored: string | null): Draft {
  if (stored === null) return FRESH_DRAFT;
  try {
    const value: unknown = JSON.parse(stored);
    return isDraft(value) ? value : FRESH_DRAFT;
  } catch {
    return FRESH_DRAFT; // Storage belongs to the browser's owner, who may have written anything in it.
  }
}
