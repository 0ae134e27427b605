// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Order, OrderHistoryItem, Payment, PaymentHistoryItem } from "@/lib/api/types";
import type { EventFlowEvent } from "@/lib/events/types";
import { NO_FACTS, withFacts, type Fact } from "./facts";
import { factsOfEvent } from "./facts-of-events";
import { factsOfOrderHistory, factsOfPaymentHistory } from "./facts-of-history";
import { storyOf, type Story } from "./story";

/** What the services said of one order, over REST in the end and over the socket meanwhile. */
interface Recording {
  order: Order;
  orderHistory: OrderHistoryItem[];
  payment: Payment;
  paymentHistory: PaymentHistoryItem[];
  live: EventFlowEvent[];
}

const FOLDER = new URL("./fixtures/", import.meta.url).pathname;
const NAMES = readdirSync(FOLDER).map((file) => file.replace(".json", ""));

function recording(name: string): Recording {
  return JSON.parse(readFileSync(`${FOLDER}${name}.json`, "utf8")) as Recording;
}

const read = ({ orderHistory, paymentHistory }: Recording): Fact[] => [
  ...factsOfOrderHistory(orderHistory),
  ...factsOfPaymentHistory(paymentHistory),
];
const watched = ({ live }: Recording): Fact[] => live.flatMap(factsOfEvent);
const told = ({ order }: Recording, facts: Fact[]): Story => storyOf(order, withFacts(NO_FACTS, facts));

/** As short as it reads: "payment Card charged < Charge started". */
const lines = (story: Story): string[] =>
  story.steps.map(({ lane, title, cause }) => `${lane}: ${title}${cause ? ` < ${cause.title}` : ""}`);

/** The same numbers for the same seed, so that a failure can be repeated. */
function* randomNumbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    yield state / 2 ** 31;
  }
}

function shuffled<Item>(items: Item[], random: Iterator<number, never>): Item[] {
  const all = [...items];
  for (let last = all.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random.next().value * (last + 1));
    [all[last], all[other]] = [all[other] as Item, all[last] as Item];
  }
  return all;
}

test.each(NAMES)("the story is the same after a reload as when it was watched live: %s", (name) => {
  const one = recording(name);
  expect(told(one, watched(one))).toEqual(told(one, read(one)));
});

test.each(NAMES)(
  "the story is the same when history and live events come in any order, any number of times: %s",
  (name) => {
    const one = recording(name);
    const story = told(one, read(one));
    const random = randomNumbers(7);
    for (let round = 0; round < 200; round += 1) {
      const all = shuffled([...read(one), ...watched(one), ...watched(one)], random);
      const halfway = Math.floor(random.next().value * all.length);
      const facts = withFacts(withFacts(NO_FACTS, all.slice(0, halfway)), all.slice(halfway));
      expect(storyOf(one.order, facts)).toEqual(story);
    }
  },
);

test.each(NAMES)(
  "no effect comes before its cause when the moments of events disagree with their causes: %s",
  (name) => {
    const one = recording(name);
    // Half a second of clock skew between the services.
    const skew = (id: string, by: number): string => {
      const moment = (Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16) + by)
        .toString(16)
        .padStart(12, "0");
      return `${moment.slice(0, 8)}-${moment.slice(8)}${id.slice(13)}`;
    };
    const skewed = new Map(read(one).map(({ id, lane }) => [id, skew(id, lane === "order" ? 0 : -500)]));
    const facts = read(one).map((fact) => ({
      ...fact,
      id: skewed.get(fact.id) ?? fact.id,
      cause: fact.cause && (skewed.get(fact.cause) ?? fact.cause),
    }));
    expect(lines(told(one, facts)).toSorted()).toEqual(lines(told(one, read(one))).toSorted());
    const seen = new Set<string>();
    for (const step of told(one, facts).steps) {
      if (step.cause) expect(seen).toContain(step.cause.id);
      seen.add(step.id);
    }
  },
);

test("a decline is told with the compensation it causes when a card is declined", () => {
  const one = recording("declined");
  const story = told(one, read(one));
  expect(lines(story)).toEqual([
    "order: Order placed",
    "inventory: Items held for you < Order placed",
    "payment: Payment prepared < Order placed",
    "payment: Charge started < Items held for you",
    "payment: Payment declined < Charge started",
    "order: Order failed < Payment declined",
    "inventory: Items returned to stock < Payment declined",
  ]);
  expect(story.steps.filter((step) => step.compensates).map((step) => step.title)).toEqual([
    "Items returned to stock",
  ]);
  expect(story.expectations).toEqual([]);
});

test("the short lines are told by their names when something is out of stock", () => {
  const one = recording("out-of-stock");
  const story = told(one, read(one));
  expect(story.steps.find((step) => step.title === "Order failed")?.detail).toBe(
    "Valve amplifier: 2 wanted, 1 available",
  );
  expect(lines(story).at(-1)).toBe("payment: Payment cancelled < Not enough in stock");
});

test("the refused refund causes the next one when a refund fails first", () => {
  const one = recording("refund-fails");
  expect(lines(told(one, watched(one))).slice(-4)).toEqual([
    "order: Order cancelled",
    "inventory: Items returned to stock < Order cancelled",
    "payment: Refund refused < Order cancelled",
    "payment: Refunded in full < Refund refused",
  ]);
});

test("a partial refund by the shop has no cause and compensates nothing when the order goes on", () => {
  const one = recording("partial-refund");
  const story = told(one, read(one));
  expect(story.steps.at(-1)).toMatchObject({ title: "Partly refunded", cause: null, compensates: false });
  expect(story.refundedTotal).toBe(500);
});

test("what is still to come follows what has happened when an order is cancelled while its card is charged", () => {
  const one = recording("cancel-while-charging");
  const placed: Order = { ...one.order, status: "PENDING", version: 1, refunded_total: 0 };
  const texts = [0, 2, 3, 4, 5, 6, 7].map((count) => {
    const story = storyOf(placed, withFacts(NO_FACTS, one.live.slice(0, count).flatMap(factsOfEvent)));
    return [story.status, story.expectations.filter((each) => each.underway).map((each) => each.text)];
  });
  expect(texts).toEqual([
    ["PENDING", ["The items are being set aside"]],
    ["PENDING", ["The card is being charged"]],
    ["PENDING", ["The card is being charged"]],
    ["CANCELLED", ["The payment is being cancelled", "The items are being returned to stock"]],
    ["CANCELLED", ["The payment is being cancelled"]],
    ["CANCELLED", ["The refund is on its way"]],
    ["CANCELLED", []],
  ]);
});

test("no charge is awaited when its refund is heard of first", () => {
  const one = recording("cancel-while-charging");
  const unread = one.live.filter((event) => event.type !== "payment.processed");
  const story = storyOf(
    one.order,
    withFacts(NO_FACTS, [...read(one).slice(0, 4), ...unread.flatMap(factsOfEvent)]),
  );
  expect(story.expectations).toEqual([]);
});

test("the offset of a step counts from the placing when it is told", () => {
  const one = recording("slow");
  const charged = told(one, read(one)).steps.find((step) => step.title === "Card charged");
  expect(charged?.offset).toBeGreaterThan(3_000);
  expect(charged?.at).toBe(Math.floor(Date.parse(one.paymentHistory[2]?.time ?? "")));
});
