/**
 * A value that the browser keeps as JSON, for `useSyncExternalStore`: the same in all that share the storage.
 * Where the browser refuses storage it lives as long as the page.
 */
export class StoredValue<Value> {
  readonly #storage: () => Storage;
  readonly #key: string;
  readonly #parse: (text: string | null) => Value;
  readonly #listeners = new Set<() => void>();
  #known: { readonly text: string | null; readonly value: Value } | null = null;
  #unstored: string | null = null;

  /** `storage` is asked for when it is needed, as it may throw; `parse` gets null where nothing is stored. */
  constructor(storage: () => Storage, key: string, parse: (text: string | null) => Value) {
    this.#storage = storage;
    this.#key = key;
    this.#parse = parse;
  }

  /** The same object until it changes. */
  readonly current = (): Value => {
    const text = this.#text();
    if (this.#known === null || this.#known.text !== text) this.#known = { text, value: this.#parse(text) };
    return this.#known.value;
  };

  readonly follow = (listener: () => void): (() => void) => {
    // Another tab's change; a null key is "everything was cleared".
    const heard = ({ key }: StorageEvent) => {
      if (key === this.#key || key === null) listener();
    };
    this.#listeners.add(listener);
    window.addEventListener("storage", heard);
    return () => {
      this.#listeners.delete(listener);
      window.removeEventListener("storage", heard);
    };
  };

  change(next: Value): void {
    const text = JSON.stringify(next);
    try {
      this.#storage().setItem(this.#key, text);
      this.#unstored = null;
    } catch {
      this.#unstored = text;
    }
    for (const listener of this.#listeners) listener();
  }

  #text(): string | null {
    if (this.#unstored !== null) return this.#unstored;
    try {
      return this.#storage().getItem(this.#key);
    } catch {
      return null; // Storage is refused, and nothing was changed yet.
    }
  }
}
