// @vitest-environment node
import { expect, test } from "vitest";
import { SharedReading } from "./shared-reading";

/** What is read is how often it was; `answer` ends a reading that waits for it. */
function visitors({ waiting = false } = {}) {
  const clock = { now: 0 };
  let readings = 0;
  let fails = false;
  let answer = () => {};
  const shared = new SharedReading(
    async () => {
      const number = ++readings;
      if (waiting) await new Promise<void>((resolve) => (answer = resolve));
      if (fails) throw new Error(`reading ${number} failed`);
      return number;
    },
    () => clock.now,
  );
  return { clock, shared, answer: () => answer(), fail: (now: boolean) => (fails = now) };
}

test("a crowd is one reading when it asks at once", async () => {
  const { shared } = visitors();
  expect(await Promise.all(Array.from({ length: 50 }, () => shared.current()))).toEqual(Array(50).fill(1));
});

test("it is read again when half a second has passed, and not before", async () => {
  const { clock, shared } = visitors();
  expect(await shared.current()).toBe(1);
  clock.now = 499;
  expect(await shared.current()).toBe(1);
  clock.now = 500;
  expect(await shared.current()).toBe(2);
});

test("nobody reads beside a reading that takes long", async () => {
  const { clock, shared, answer } = visitors({ waiting: true });
  const first = shared.current();
  clock.now = 3_000;
  const second = shared.current();
  answer();
  expect(await Promise.all([first, second])).toEqual([1, 1]);
});

test("a failure is everybody's for as long as an answer would be", async () => {
  const { clock, shared, fail } = visitors();
  fail(true);
  await expect(shared.current()).rejects.toThrow("reading 1 failed");
  fail(false);
  await expect(shared.current()).rejects.toThrow("reading 1 failed");
  clock.now = 500;
  expect(await shared.current()).toBe(2);
});
