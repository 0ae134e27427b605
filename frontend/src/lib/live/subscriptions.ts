import type { EventFlowEvent } from "@/lib/events/types";
import { Batcher } from "./batcher";
import type { Clock } from "./clock";
import { isIn, keyOf, type Room } from "./rooms";
import { Deduplicator } from "./deduplicator";

/** Whoever follows a room. */
export interface Follower {
  events(batch: EventFlowEvent[]): void;
  /** Events may be missing: read the present state, and go on. */
  resync(): void;
}

/** How far a room was followed, and when that was told. Cursors are opaque: the last one told is the newest. */
export type Place = { readonly cursor: string; readonly at: number };

/** A room and who follows it; `place` once the gateway has begun to send its events. */
export type Subscription = { readonly room: Room; readonly followers: Set<Follower>; place: Place | null };

/** Who follows what, and what they are told: each event once, in batches. */
export class Subscriptions {
  readonly #batches: Batcher<Follower, EventFlowEvent>;
  readonly #byKey = new Map<string, Subscription>();
  #deduplicator = new Deduplicator();

  constructor(clock: Clock) {
    this.#batches = new Batcher(clock, (follower, events) => follower.events(events));
  }

  get size(): number {
    return this.#byKey.size;
  }

  all(): Subscription[] {
    return [...this.#byKey.values()];
  }

  /** The room's subscription, with this follower; `isNew` when there was none. */
  add(room: Room, follower: Follower): { subscription: Subscription; isNew: boolean } {
    const key = keyOf(room);
    const known = this.#byKey.get(key);
    const subscription = known ?? { room, followers: new Set(), place: null };
    this.#byKey.set(key, subscription);
    subscription.followers.add(follower);
    return { subscription, isNew: known === undefined };
  }

  /** The follower hears no more; its room is kept for who comes next. */
  leave(subscription: Subscription, follower: Follower): void {
    subscription.followers.delete(follower);
    this.#batches.forget(follower);
  }

  /** Whether it ended: nobody follows the room, and nobody ended or replaced it before. */
  endIfEmpty(subscription: Subscription): boolean {
    const key = keyOf(subscription.room);
    if (subscription.followers.size > 0 || this.#byKey.get(key) !== subscription) return false;
    return this.#byKey.delete(key);
  }

  /** Somebody else has signed in: nothing was followed yet, and what was kept for the person before is left. */
  startAnew(): void {
    this.#deduplicator = new Deduplicator();
    for (const subscription of this.all()) {
      subscription.place = null;
      this.endIfEmpty(subscription);
    }
  }

  deliver(event: EventFlowEvent): void {
    if (!this.#deduplicator.admits(event)) return;
    for (const { room, followers } of this.#byKey.values()) {
      if (isIn(room, event)) for (const follower of followers) this.#batches.add(follower, event);
    }
  }

  /** After what has come so far. */
  resync(subscriptions: Iterable<Subscription>): void {
    this.#batches.flush();
    for (const { followers } of subscriptions) for (const follower of followers) follower.resync();
  }
}
