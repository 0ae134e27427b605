const made = Symbol.for("eventflow.once-per-process");
const all = globalThis as typeof globalThis & { [made]?: Map<string, unknown> };

/** What `make` gave the first time. Next loads a module once for each of its bundles, so a module's variable is not one. */
export function oncePerProcess<T>(name: string, make: () => T): T {
  const things = (all[made] ??= new Map<string, unknown>());
  if (!things.has(name)) things.set(name, make());
  return things.get(name) as T;
}
