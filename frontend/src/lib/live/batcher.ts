import type { Cancel, Clock } from "./clock";

const EVERY_MS = 100;

/** Hands things on at most every 100 ms, all of them in one task, so that React renders once for all of them. */
export class Batcher<Receiver, Item> {
  readonly #clock: Clock;
  readonly #hand: (receiver: Receiver, items: Item[]) => void;
  #waiting = new Map<Receiver, Item[]>();
  #flushedAt = Number.NEGATIVE_INFINITY;
  #cancel: Cancel | null = null;

  constructor(clock: Clock, hand: (receiver: Receiver, items: Item[]) => void) {
    this.#clock = clock;
    this.#hand = hand;
  }

  add(receiver: Receiver, item: Item): void {
    const items = this.#waiting.get(receiver);
    if (items) items.push(item);
    else this.#waiting.set(receiver, [item]);
    const left = this.#flushedAt + EVERY_MS - this.#clock.now();
    // At once after a pause, and without a timer: those of a hidden tab are slow, its messages are not.
    if (left <= 0) this.flush();
    else this.#cancel ??= this.#clock.after(left, () => this.flush());
  }

  /** Drops what waits for a receiver that has gone. */
  forget(receiver: Receiver): void {
    this.#waiting.delete(receiver);
  }

  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    const waiting = this.#waiting;
    if (waiting.size === 0) return;
    this.#waiting = new Map();
    this.#flushedAt = this.#clock.now();
    for (const [receiver, items] of waiting) this.#hand(receiver, items);
  }
}
