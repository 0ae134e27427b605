// @vitest-environment node
import { beforeEach, expect, test } from "vitest";
import { MemoryStorage } from "./memory-storage.fake";
import { IDLE_SECONDS, LONGEST_SECONDS, SessionStore } from "./session-store";

const ANNA = {
  subject: "shopper-anna",
  role: "customer",
  name: "anna",
  accessToken: "header.payload.signature",
  expiresAt: 1_003_600,
} as const;

let storage: MemoryStorage;
let store: SessionStore;

beforeEach(() => {
  storage = new MemoryStorage();
  store = new SessionStore(storage, () => storage.now);
});

test("a session is found by its id alone when it has begun", async () => {
  const id = await store.begin(ANNA);
  expect(await store.find(id)).toMatchObject(ANNA);
  expect(await store.find(`${id}x`)).toBeNull();
});

test("an id has 256 bits and comes once when sessions begin", async () => {
  const ids = await Promise.all(Array.from({ length: 100 }, () => store.begin(ANNA)));
  expect(new Set(ids).size).toBe(100);
  for (const id of ids) expect(Buffer.from(id, "base64url")).toHaveLength(32);
});

test("the storage does not learn the id when a session is kept", async () => {
  const id = await store.begin(ANNA);
  const [key, value] = [[...storage.entries.keys()].join(), [...storage.entries.values()][0]?.value];
  expect(key).toMatch(/^session:[0-9a-f]{64}$/);
  expect(`${key} ${value}`).not.toContain(id);
});

test("a session ends when nobody looks at it for half an hour", async () => {
  const id = await store.begin(ANNA);
  storage.now += IDLE_SECONDS - 1;
  expect(await store.find(id)).not.toBeNull();
  storage.now += IDLE_SECONDS - 1;
  expect(await store.find(id)).not.toBeNull();
  storage.now += IDLE_SECONDS;
  expect(await store.find(id)).toBeNull();
});

test("a session ends when it is eight hours old, however busy", async () => {
  const id = await store.begin(ANNA);
  for (let passed = 0; passed < LONGEST_SECONDS - 600; passed += 600) {
    expect(await store.find(id)).not.toBeNull();
    storage.now += 600;
  }
  storage.now += 600;
  expect(await store.find(id)).toBeNull();
  expect(storage.entries.size).toBe(0);
});

test("a new token does not make a session younger when it is renewed", async () => {
  const id = await store.begin(ANNA);
  storage.now += 1_000;
  const kept = await store.find(id);
  if (kept === null) return expect.fail("no session");
  await store.renew(id, kept, { ...ANNA, accessToken: "new" });
  expect(await store.find(id)).toMatchObject({ accessToken: "new", startedAt: 1_000_000 });
});

test("a session stays ended when its token comes after signing out", async () => {
  const id = await store.begin(ANNA);
  const kept = await store.find(id);
  if (kept === null) return expect.fail("no session");
  await store.end(id);
  await store.renew(id, kept, ANNA);
  expect(await store.find(id)).toBeNull();
});

test("nobody is signed in when what is kept has the form of another release", async () => {
  const id = await store.begin(ANNA);
  for (const entry of storage.entries.values()) entry.value = JSON.stringify({ user: "anna" });
  expect(await store.find(id)).toBeNull();
  expect(storage.entries.size).toBe(0);
});
