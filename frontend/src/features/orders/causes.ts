import { momentOf, type Fact, type Facts, type Happening } from "./facts";

const CLOCKS_DIFFER_BY_MS = 5_000;

/** Facts in an order that no clock can upset: causes before effects, and each stream as it was stored. */
export function inCausalOrder(facts: Facts): Fact[] {
  const left = new Set(facts.values());
  const ordered: Fact[] = [];
  const done = new Set<string>();
  while (left.size > 0) {
    const ready = [...left].filter((fact) => isNext(fact, left, causeOf(fact, facts), done));
    // Causes never form a ring; if stored data ever said so, the whole is still shown.
    const next = (ready.length > 0 ? ready : [...left]).reduce(earlier);
    left.delete(next);
    done.add(next.id);
    ordered.push(next);
  }
  return ordered;
}

function isNext(fact: Fact, left: ReadonlySet<Fact>, cause: Fact | null, done: ReadonlySet<string>): boolean {
  if (cause && !done.has(cause.id)) return false;
  const { version } = fact;
  for (const other of left) {
    // The one thing whose version may be unknown, the beginning of a charge, follows on the payment's beginning.
    if (version === null) {
      if (other.happening.kind === "payment-recorded") return false;
    } else if (other.lane === fact.lane && other.version !== null && other.version < version) return false;
  }
  return true;
}

function earlier(one: Fact, other: Fact): Fact {
  const between = momentOf(one.id) - momentOf(other.id);
  if (between !== 0) return between < 0 ? one : other;
  return one.id < other.id ? one : other;
}

/** Why it happened, where that is another fact: as the event says, else by the rules of the saga. */
export function causeOf(fact: Fact, facts: Facts): Fact | null {
  const { kind } = fact.happening;
  if (kind === "refunded" || kind === "refund-refused") return causeOfRefund(fact, facts);
  if (fact.cause !== undefined) return facts.get(fact.cause) ?? null;
  switch (kind) {
    case "reserved":
    case "out-of-stock":
      return find(facts, "placed");
    case "released":
      return find(facts, "cancelled") ?? find(facts, "declined");
    case "charge-begun":
      return find(facts, "reserved") ?? find(facts, "placed");
    default:
      return null;
  }
}

// What requested a refund is not published: the refusal before it, or the order's end. Staff need no cause.
function causeOfRefund(fact: Fact, facts: Facts): Fact | null {
  const version = fact.version ?? 0;
  const before = [...facts.values()]
    .filter(({ happening: { kind } }) => kind === "refunded" || kind === "refund-refused")
    .filter((other) => (other.version ?? 0) < version)
    .sort((one, other) => (other.version ?? 0) - (one.version ?? 0))[0];
  if (before?.happening.kind === "refund-refused") return before;
  const cancelled = find(facts, "cancelled");
  if (!cancelled) return null;
  if (fact.happening.kind === "refunded")
    return fact.happening.reason === "order_cancelled" ? cancelled : null;
  // A refusal does not say what the refund was for: if it came before the order's end, it was staff's.
  return momentOf(cancelled.id) - momentOf(fact.id) > CLOCKS_DIFFER_BY_MS ? null : cancelled;
}

/** The first of this kind that became known. */
export function find(facts: Facts, kind: Happening["kind"]): Fact | null {
  for (const fact of facts.values()) if (fact.happening.kind === kind) return fact;
  return null;
}
