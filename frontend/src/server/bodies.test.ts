// @vitest-environment node
import { expect, test } from "vitest";
import { bodyOrProblem } from "./bodies";

const MEBIBYTE = 1024 * 1024;

/** A request whose body comes in these parts; without an end when `open`. */
function sent(parts: readonly string[], { open = false } = {}): Request {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
      if (!open) controller.close();
    },
  });
  return new Request("http://shop.example/", { method: "POST", body, duplex: "half" } as RequestInit);
}

test("a body is whole when it comes in parts, and empty when there is none", async () => {
  expect(await bodyOrProblem(sent(["one ", "two"]), MEBIBYTE)).toEqual(new TextEncoder().encode("one two"));
  expect(await bodyOrProblem(new Request("http://shop.example/"), MEBIBYTE)).toEqual(new Uint8Array());
});

test("413 is the answer when it is larger than allowed, before it has ended", async () => {
  const problem = await bodyOrProblem(sent(["x".repeat(1025)], { open: true }), 1024);
  expect(problem).toMatchObject({ status: 413 });
  expect(await (problem as Response).json()).toMatchObject({ detail: "At most 1 KiB are taken." });
});

test("408 is the answer when it does not end in time", async () => {
  expect(await bodyOrProblem(sent(["{"], { open: true }), MEBIBYTE, 20)).toMatchObject({ status: 408 });
});
