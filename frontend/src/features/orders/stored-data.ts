/** The data of a stored event are the service's own, so that each thing read of them is checked; a TypeError tells. */
export type StoredData = Readonly<Record<string, unknown>>;

export function integerIn(data: StoredData, path: string): number {
  const value = valueIn(data, path);
  if (typeof value === "number" && Number.isInteger(value)) return value;
  throw unexpected(path, "an integer");
}

export function textIn(data: StoredData, path: string): string {
  const value = valueIn(data, path);
  if (typeof value === "string") return value;
  throw unexpected(path, "text");
}

export function textOrNullIn(data: StoredData, path: string): string | null {
  return valueIn(data, path) === null ? null : textIn(data, path);
}

export function textsIn(data: StoredData, path: string): string[] {
  const value = valueIn(data, path);
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
  throw unexpected(path, "a list of texts");
}

export function oneOfIn<Word extends string>(data: StoredData, path: string, words: readonly Word[]): Word {
  const text = textIn(data, path);
  const word = words.find((each) => each === text);
  if (word !== undefined) return word;
  throw unexpected(path, `one of ${words.join(", ")}`);
}

// "price.amount": one level after the other.
function valueIn(data: StoredData, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, name) => (typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined),
      data,
    );
}

function unexpected(path: string, wanted: string): TypeError {
  return new TypeError(`A stored event's ${path} is not ${wanted}`);
}
