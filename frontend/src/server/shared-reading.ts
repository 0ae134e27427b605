const FRESH_MS = 500;

/**
 * Something that is the same for everybody, read when somebody asks and what was read last is half a second old: a crowd
 * is one reading, whatever it asks. A failure is shared as well, so that a service in trouble is not asked by a crowd.
 */
export class SharedReading<T> {
  #latest: { readonly begun: number; readonly value: Promise<T> } | null = null;
  #isPending = false;

  constructor(
    private readonly read: () => Promise<T>,
    private readonly now: () => number = Date.now,
  ) {}

  /** Rejects as the reading did. */
  current(): Promise<T> {
    if (this.#latest && (this.#isPending || this.now() - this.#latest.begun < FRESH_MS)) {
      return this.#latest.value;
    }
    this.#isPending = true;
    const value = this.read().finally(() => (this.#isPending = false));
    this.#latest = { begun: this.now(), value };
    return value;
  }
}
