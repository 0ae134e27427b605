import { expect, test } from "vitest";
import { StoredValue } from "./stored-value";

/** A storage that is full when it is told so. */
function shelf() {
  const kept = new Map<string, string>();
  let isFull = false;
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => {
      if (isFull) throw new DOMException("full", "QuotaExceededError");
      kept.set(key, text);
    },
  } as Storage;
  const value = new StoredValue<number>(
    () => storage,
    "n",
    (text) => Number(text ?? 0),
  );
  return { value, kept, fill: (full: boolean) => (isFull = full) };
}

test("a value lives on in the page when the storage is full, and is stored again when there is room", () => {
  const { value, kept, fill } = shelf();
  fill(true);
  value.change(1);
  expect(value.current()).toBe(1);
  fill(false);
  value.change(2);
  expect([value.current(), kept.get("n")]).toEqual([2, "2"]);
});
