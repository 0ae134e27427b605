// @vitest-environment node
import { beforeEach, expect, test } from "vitest";
import { eventAt, FakeGateway, Notebook, ORDER, settle } from "./gateway.fake";

const ROOM = { order_id: ORDER };
const CUSTOMER = { customer_id: "shopper-1" };
const OTHER = { order_id: "another order" };

let gateway: FakeGateway;
let notebook: Notebook;

beforeEach(() => {
  gateway = new FakeGateway();
  notebook = new Notebook();
});

async function followed(): Promise<() => void> {
  const leave = gateway.feed.follow("shopper-1", ROOM, notebook);
  await gateway.letIn();
  return leave;
}

test("nothing is connected when nothing is followed", async () => {
  await gateway.clock.pass(60_000);
  expect(gateway.sockets).toHaveLength(0);
  expect(gateway.feed.connection()).toEqual({ state: "idle" });
});

test("the follower reads the present state when its room is first joined", async () => {
  await followed();
  expect(notebook.resyncs).toBe(1);
  expect(gateway.socket.asked).toEqual([{ room: ROOM, cursor: null }]);
  expect(gateway.feed.connection()).toEqual({ state: "live" });
});

test("one socket serves all when several things are followed", async () => {
  await followed();
  const other = new Notebook();
  gateway.feed.follow("shopper-1", CUSTOMER, other);
  await settle();
  gateway.says(eventAt(1));
  await gateway.clock.pass(100);
  expect(gateway.sockets).toHaveLength(1);
  expect(notebook.versions).toEqual([1]);
  expect(other.versions).toEqual([1]);
});

test("a second follower reads the present state when its room is joined already", async () => {
  await followed();
  const late = new Notebook();
  gateway.feed.follow("shopper-1", ROOM, late);
  expect(late.resyncs).toBe(1);
  expect(gateway.socket.asked).toHaveLength(1);
});

test("the room is followed again from the last cursor when the gateway restarts", async () => {
  await followed();
  gateway.says(eventAt(1), "c1");
  gateway.socket.handlers.lost();
  expect(gateway.feed.connection().state).toBe("reconnecting");
  await gateway.clock.pass(200);
  await gateway.letIn();
  expect(gateway.socket.asked).toEqual([{ room: ROOM, cursor: "c1" }]);
  gateway.says(eventAt(2), "c2");
  await gateway.clock.pass(100);
  expect(gateway.feed.connection()).toEqual({ state: "live" });
  expect(notebook.versions).toEqual([1, 2]);
  expect(notebook.resyncs).toBe(1);
});

test("the acknowledged cursor is resumed from when no event came before the link was lost", async () => {
  await followed();
  gateway.socket.handlers.lost();
  await gateway.clock.pass(200);
  await gateway.letIn();
  expect(gateway.socket.asked).toEqual([{ room: ROOM, cursor: "c0" }]);
});

test("the place of a replay is kept when another room is joined or left in the middle of it", async () => {
  await followed();
  gateway.says(eventAt(1), "c1");
  gateway.head = "c99";
  const leave = gateway.feed.follow("shopper-1", CUSTOMER, new Notebook());
  await settle();
  leave();
  await gateway.clock.pass(5_000);
  expect(gateway.socket.left).toEqual(["customer shopper-1"]);
  gateway.socket.handlers.lost();
  await gateway.clock.pass(200);
  await gateway.letIn();
  expect(gateway.socket.asked).toEqual([{ room: ROOM, cursor: "c1" }]);
});

test("each room is followed again from its own cursor when several were", async () => {
  await followed();
  gateway.feed.follow("shopper-1", OTHER, new Notebook());
  await settle();
  gateway.says(eventAt(1), "c1");
  await gateway.cut();
  expect(gateway.socket.asked).toEqual([
    { room: ROOM, cursor: "c1" },
    { room: OTHER, cursor: "c0" },
  ]);
});

test("an event moves all rooms that it is in, and none but those that it names", async () => {
  await followed();
  gateway.feed.follow("shopper-1", CUSTOMER, new Notebook());
  await settle();
  gateway.says(eventAt(1), "c1");
  gateway.says(eventAt(2), "c2", [ROOM]);
  await gateway.cut();
  expect(gateway.socket.asked).toEqual([
    { room: ROOM, cursor: "c2" },
    { room: CUSTOMER, cursor: "c1" },
  ]);
});

test("an event moves no room whose subscription is not acknowledged yet", async () => {
  await followed();
  gateway.feed.follow("shopper-1", CUSTOMER, new Notebook());
  await settle();
  const { answer } = gateway;
  gateway.answer = (asked) => {
    gateway.says(eventAt(1), "c9");
    return answer(asked);
  };
  await gateway.cut();
  await gateway.cut();
  expect(gateway.socket.asked.map(({ cursor }) => cursor)).toEqual(["c0", "c0"]);
});

test("a room begins where its own acknowledgement says when it is joined in the middle of another's replay", async () => {
  await followed();
  gateway.says(eventAt(1), "c1");
  gateway.head = "c99";
  gateway.feed.follow("shopper-1", OTHER, new Notebook());
  await settle();
  gateway.says(eventAt(2), "c2");
  await gateway.cut();
  expect(gateway.socket.asked).toEqual([
    { room: ROOM, cursor: "c2" },
    { room: OTHER, cursor: "c99" },
  ]);
});

test("the present state is read of the rooms alone that a resync names", async () => {
  await followed();
  const other = new Notebook();
  gateway.feed.follow("shopper-1", OTHER, other);
  await settle();
  gateway.socket.handlers.resync({ reason: "too_far_behind", cursor: "c50", subscriptions: [OTHER] });
  expect([notebook.resyncs, other.resyncs]).toEqual([1, 2]);
  await gateway.cut();
  expect(gateway.socket.asked).toEqual([
    { room: ROOM, cursor: "c0" },
    { room: OTHER, cursor: "c50" },
  ]);
});

test("the present state is read instead of a replay of the room alone whose cursor is old", async () => {
  await followed();
  const quiet = new Notebook();
  gateway.feed.follow("shopper-1", OTHER, quiet);
  await settle();
  gateway.clock.sleep(11 * 60_000);
  gateway.says(eventAt(1), "c1");
  await gateway.cut();
  expect(gateway.socket.asked).toEqual([
    { room: ROOM, cursor: "c1" },
    { room: OTHER, cursor: null },
  ]);
  expect([notebook.resyncs, quiet.resyncs]).toEqual([1, 2]);
});

test("every follower reads the present state and goes on behind the new cursor when the gateway says resync", async () => {
  await followed();
  gateway.socket.handlers.resync({ reason: "cursor_unknown", cursor: "c50" });
  expect(notebook.resyncs).toBe(2);
  gateway.socket.handlers.lost();
  await gateway.clock.pass(200);
  await gateway.letIn();
  expect(gateway.socket.asked).toEqual([{ room: ROOM, cursor: "c50" }]);
});

test("the present state is read instead of a replay when the cursor is old", async () => {
  await followed();
  gateway.says(eventAt(1), "c1");
  await gateway.clock.pass(100);
  gateway.clock.sleep(11 * 60_000);
  gateway.feed.wake();
  await gateway.letIn();
  expect(gateway.socket.asked).toEqual([{ room: ROOM, cursor: null }]);
  expect(notebook.resyncs).toBe(2);
});

test("an event is told once when it comes twice", async () => {
  await followed();
  gateway.says(eventAt(1));
  gateway.socket.handlers.lost();
  await gateway.clock.pass(200);
  await gateway.letIn();
  gateway.says(eventAt(1));
  gateway.says(eventAt(2));
  await gateway.clock.pass(100);
  expect(notebook.versions).toEqual([1, 2]);
});

test("an older event is dropped when a later one of its stream came first", async () => {
  await followed();
  gateway.says(eventAt(2));
  gateway.says(eventAt(1));
  gateway.says(eventAt(3));
  await gateway.clock.pass(100);
  expect(notebook.versions).toEqual([2, 3]);
});

test("a new token replaces the old one, unseen, when it is about to expire", async () => {
  await followed();
  const states: string[] = [];
  gateway.feed.watch(() => states.push(gateway.feed.connection().state));
  const first = gateway.socket;
  await gateway.clock.pass(105_000);
  await gateway.letIn();
  expect(first.closed).toBe(true);
  expect(gateway.socket.ticket.token).toBe("token 2");
  expect(gateway.socket.asked).toEqual([{ room: ROOM, cursor: "c0" }]);
  expect(new Set(states)).toEqual(new Set(["live"]));
});

test("the link shows as lost when a renewal takes longer than a moment", async () => {
  await followed();
  await gateway.clock.pass(106_100);
  expect(gateway.feed.connection().state).toBe("reconnecting");
});

test("it reconnects at once when the gateway closes for an expired token", async () => {
  await followed();
  gateway.socket.handlers.closing("token_expired");
  await gateway.letIn();
  expect(gateway.sockets).toHaveLength(2);
  expect(gateway.feed.connection()).toEqual({ state: "live" });
});

test("it says why and tries again later when the gateway refuses", async () => {
  await followed();
  gateway.socket.handlers.closing("too_many_sockets");
  expect(gateway.feed.connection()).toEqual({ state: "refused", why: "too_many_sockets" });
  await gateway.clock.pass(30_000);
  await gateway.letIn();
  expect(gateway.feed.connection()).toEqual({ state: "live" });
});

test("it says so and asks no more when nobody is signed in", async () => {
  gateway.ticket = () => Promise.resolve(null);
  gateway.feed.follow("shopper-1", ROOM, notebook);
  await gateway.clock.pass(60_000);
  expect(gateway.feed.connection()).toEqual({ state: "signed-out" });
  expect(gateway.sockets).toHaveLength(0);
});

test("retries become rarer, up to a bound, when nobody answers", async () => {
  let asked = 0;
  gateway.ticket = () => {
    asked += 1;
    return Promise.reject(new Error("no answer"));
  };
  gateway.feed.follow("shopper-1", ROOM, notebook);
  await gateway.clock.pass(60_000);
  expect(asked).toBeGreaterThan(10);
  expect(asked).toBeLessThan(25);
});

test("the link shows as lost at once and comes back at once when the browser goes offline and online", async () => {
  await followed();
  const since = gateway.clock.now();
  gateway.feed.offline();
  expect(gateway.feed.connection()).toEqual({ state: "reconnecting", since });
  await gateway.clock.pass(60_000);
  expect(gateway.sockets).toHaveLength(1);
  gateway.feed.online();
  await gateway.letIn();
  expect(gateway.feed.connection()).toEqual({ state: "live" });
});

test("a connection that slept is made anew when the tab wakes", async () => {
  await followed();
  gateway.says(eventAt(1), "c1");
  gateway.clock.sleep(55_000);
  gateway.feed.wake();
  await gateway.letIn();
  expect(gateway.sockets[0]?.closed).toBe(true);
  expect(gateway.socket.asked).toEqual([{ room: ROOM, cursor: "c1" }]);
});

test("a connection is left alone when a tab is looked at that never slept", async () => {
  await followed();
  await gateway.clock.pass(20_000);
  gateway.feed.wake();
  await settle();
  expect(gateway.sockets).toHaveLength(1);
});

test("what a past connection still says is not heard when a new one was begun", async () => {
  await followed();
  const past = gateway.socket;
  past.handlers.lost();
  await gateway.clock.pass(200);
  past.handlers.event({ cursor: "old", event: eventAt(7) });
  past.handlers.lost();
  await gateway.letIn();
  await gateway.clock.pass(200);
  expect(notebook.versions).toEqual([]);
  expect(gateway.socket.asked).toEqual([{ room: ROOM, cursor: "c0" }]);
});

test("the socket closes when everything was left", async () => {
  const leave = await followed();
  leave();
  await gateway.clock.pass(4_000);
  expect(gateway.socket.closed).toBe(false);
  await gateway.clock.pass(2_000);
  expect(gateway.socket.closed).toBe(true);
  expect(gateway.feed.connection()).toEqual({ state: "idle" });
});

test("a socket of their own is opened when somebody else signs in", async () => {
  const leave = await followed();
  leave();
  const other = new Notebook();
  gateway.feed.follow("shopper-2", { customer_id: "shopper-2" }, other);
  await gateway.letIn();
  expect(gateway.sockets[0]?.closed).toBe(true);
  expect(gateway.sockets).toHaveLength(2);
  expect(other.resyncs).toBe(1);
});

test("nothing of the person before is asked for when somebody else signs in at once", async () => {
  const leave = await followed();
  leave();
  const theirs = { customer_id: "shopper-2" };
  gateway.feed.follow("shopper-2", theirs, new Notebook());
  await gateway.letIn();
  expect(gateway.socket.asked).toEqual([{ room: theirs, cursor: null }]);
});

test("ten batches a second reach a follower, in order and whole, when 200 events a second come", async () => {
  await followed();
  for (let version = 1; version <= 400; version += 1) {
    gateway.says(eventAt(version));
    await gateway.clock.pass(5);
  }
  await gateway.clock.pass(100);
  expect(notebook.versions).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
  expect(notebook.batches.length).toBeLessThanOrEqual(22);
});

test("batches go out with the messages when the timers of a hidden tab stand still", async () => {
  await followed();
  for (let version = 1; version <= 100; version += 1) {
    gateway.says(eventAt(version));
    gateway.clock.sleep(10);
  }
  expect(notebook.versions.length).toBeGreaterThan(85);
  expect(notebook.batches.length).toBeLessThanOrEqual(11);
});

test("nothing more is told when a follower left with events waiting", async () => {
  const leave = await followed();
  gateway.says(eventAt(1));
  gateway.says(eventAt(2));
  leave();
  await gateway.clock.pass(1_000);
  expect(notebook.versions).toEqual([1]);
});
