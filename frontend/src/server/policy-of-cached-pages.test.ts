// @vitest-environment node
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { INLINE_SCRIPTS } from "./page-cache.mjs";
import { watchCachedPages } from "./policy-of-cached-pages";

const POLICY = "Content-Security-Policy";
let answers: RequestListener;
const server = createServer((request, response) => answers(request, response));

beforeAll(async () => {
  watchCachedPages("http://127.0.0.1:3005");
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => void server.close());

const get = () => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

test("the policy names hashes and no nonce when the page comes from the cache", async () => {
  answers = (_, response) => {
    response.setHeader(POLICY, "script-src 'self' 'nonce-x'");
    response.setHeader(INLINE_SCRIPTS, "'sha256-abc='");
    response.end("page");
  };
  const answer = await get();
  expect(answer.headers.get(POLICY)).toContain("script-src 'self' 'sha256-abc=';");
  expect(answer.headers.get(POLICY)).not.toContain("nonce");
  expect(answer.headers.has(INLINE_SCRIPTS)).toBe(false);
});

test("the policy keeps its nonce when the page is rendered for this request", async () => {
  answers = (_, response) => {
    response.setHeader(POLICY, "script-src 'self' 'nonce-x'");
    response.writeHead(404, { "X-Other": "kept" }).end();
  };
  const answer = await get();
  expect(answer.status).toBe(404);
  expect(answer.headers.get("X-Other")).toBe("kept");
  expect(answer.headers.get(POLICY)).toBe("script-src 'self' 'nonce-x'");
});
