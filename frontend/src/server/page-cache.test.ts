// @vitest-environment node
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import PageCache, { hashes, INLINE_SCRIPTS } from "./page-cache.mjs";

const sourceOf = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

const page = (html: string) => ({ kind: "APP_PAGE", html, headers: { "x-next-cache-tags": "a" } });

test("every inline script has its hash when HTML is looked at", () => {
  const html = '<script>a()</script><p>text</p><script id="_R_">b("ü\n")</script><script>a()</script>';
  expect(hashes(html)).toBe(`${sourceOf("a()")} ${sourceOf('b("ü\n")')}`);
});

test("a script from a file has no hash when HTML is looked at", () => {
  expect(hashes('<script src="/theme.js"></script><script async="" src="/a.js"></script>')).toBe("");
});

test("the page itself gets the header when it is kept, so that the first visitor has it too", async () => {
  const rendered = page("<script>a()</script>");
  await new PageCache().set("/first", rendered);
  expect(rendered.headers).toEqual({ "x-next-cache-tags": "a", [INLINE_SCRIPTS]: sourceOf("a()") });
});

test("another instance finds the page when one has kept it", async () => {
  await new PageCache().set("/shared", page("<p>shared</p>"), { tags: ["t"] });
  expect(await new PageCache().get("/shared")).toMatchObject({
    value: { html: "<p>shared</p>" },
    tags: ["t"],
  });
  expect(await new PageCache().get("/other")).toBeNull();
});

test("pages are gone when one of their tags is revalidated", async () => {
  const cache = new PageCache();
  await cache.set("/tagged", page(""), { tags: ["prices", "stock"] });
  await cache.set("/untagged", page(""));
  await cache.revalidateTag(["stock"]);
  expect(await cache.get("/tagged")).toBeNull();
  expect(await cache.get("/untagged")).not.toBeNull();
});

test("the oldest page makes room when there are too many", async () => {
  const cache = new PageCache();
  for (let each = 0; each <= 500; each++) await cache.set(`/many/${each}`, page(""));
  expect(await cache.get("/many/0")).toBeNull();
  expect(await cache.get("/many/500")).not.toBeNull();
});
