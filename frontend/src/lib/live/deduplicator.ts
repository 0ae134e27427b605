import type { EventFlowEvent } from "@/lib/events/types";

const MOST_IDS = 5_000;
const MOST_STREAMS = 1_000;

/** Lets each event through once, and none that is older than what its stream has had. Bounded: the oldest is forgotten. */
export class Deduplicator {
  readonly #ids = new Set<string>();
  readonly #versions = new Map<string, number>();

  admits(event: EventFlowEvent): boolean {
    if (this.#ids.has(event.id)) return false;
    this.#ids.add(event.id);
    forgetOldest(this.#ids, MOST_IDS);
    const stream = `${event.source} ${event.subject}`;
    const newest = this.#versions.get(stream) ?? 0;
    if (event.streamversion <= newest) return false;
    // Put at the end again: streams that are heard of stay.
    this.#versions.delete(stream);
    this.#versions.set(stream, event.streamversion);
    forgetOldest(this.#versions, MOST_STREAMS);
    return true;
  }
}

function forgetOldest(kept: Set<string> | Map<string, number>, most: number): void {
  if (kept.size <= most) return;
  for (const oldest of kept.keys()) {
    kept.delete(oldest);
    return;
  }
}
