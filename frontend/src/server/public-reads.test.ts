// @vitest-environment node
import { expect, test } from "vitest";
import { PublicReads } from "./public-reads";

function visitors() {
  const clock = { now: 0 };
  const reads = new PublicReads(() => clock.now);
  let asked = 0;
  const read = async (question = "/products") => {
    const response = await reads.read(question, async () => Response.json(++asked, { status: 200 }));
    return response.json() as Promise<number>;
  };
  return { clock, read, reads };
}

test("a crowd is one question when it asks the same at once", async () => {
  const { read } = visitors();
  expect(await Promise.all(Array.from({ length: 50 }, () => read()))).toEqual(Array(50).fill(1));
});

test("the service is asked again when a second has passed", async () => {
  const { clock, read } = visitors();
  expect(await read()).toBe(1);
  clock.now = 999;
  expect(await read()).toBe(1);
  clock.now = 1_000;
  expect(await read()).toBe(2);
});

test("each question has its own answer when two are asked", async () => {
  const { read } = visitors();
  expect(await read("/products?q=a")).toBe(1);
  expect(await read("/products?q=b")).toBe(2);
});

test("the service is asked again when asking failed", async () => {
  const { read, reads } = visitors();
  await expect(reads.read("/products", () => Promise.reject(new Error("bug")))).rejects.toThrow("bug");
  expect(await read()).toBe(1);
});

test("old answers make room when very many questions are asked", async () => {
  const { read } = visitors();
  for (let each = 0; each <= 200; each++) await read(`/products?q=${each}`);
  expect(await read("/products?q=200")).toBe(201);
  expect(await read("/products?q=0")).toBe(202);
});
