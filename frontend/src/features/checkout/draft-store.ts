"use client";

import { useSyncExternalStore } from "react";
import { StoredValue } from "@/lib/stored-value";
import { type Draft, parseDraft } from "./draft";

const store = new StoredValue(() => sessionStorage, "checkout", parseDraft);

/** In the browser alone. */
export function currentDraft(): Draft {
  return store.current();
}

export function changeDraft(part: Partial<Draft>): void {
  store.change({ ...store.current(), ...part });
}

/** What this tab's checkout holds so far, also after a reload; null while the server renders. */
export function useDraft(): Draft | null {
  return useSyncExternalStore<Draft | null>(store.follow, store.current, () => null);
}
