"use client";

import { useSyncExternalStore } from "react";
import { type Draft, FRESH, parseDraft } from "./draft";

const KEY = "checkout";

const listeners = new Set<() => void>();
let known: { stored: string | null; draft: Draft } | null = null;
// Where the browser refuses storage, the draft lives as long as the page.
let unstored: string | null = null;

function stored(): string | null {
  if (unstored !== null) return unstored;
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function currentDraft(): Draft {
  const now = stored();
  if (known?.stored !== now) known = { stored: now, draft: parseDraft(now) };
  return known?.draft ?? FRESH;
}

export function changeDraft(part: Partial<Draft>): void {
  const text = JSON.stringify({ ...currentDraft(), ...part });
  try {
    sessionStorage.setItem(KEY, text);
  } catch {
    unstored = text;
  }
  for (const listener of listeners) listener();
}

function follow(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What this tab's checkout holds so far, also after a reload; null while the server renders. */
export function useDraft(): Draft | null {
  return useSyncExternalStore<Draft | null>(follow, currentDraft, () => null);
}
