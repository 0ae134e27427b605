// @vitest-environment node
import { expect, test } from "vitest";
import { contentSecurityPolicy } from "./content-security-policy";

const directives = (policy: string) =>
  new Map(policy.split("; ").map((each) => [each.split(" ")[0], each] as const));

test("nothing but our own scripts runs when a page has the policy", () => {
  const policy = directives(contentSecurityPolicy("https://live.example", "'nonce-abc'"));
  expect(policy.get("script-src")).toBe("script-src 'self' 'nonce-abc'");
  expect(policy.get("default-src")).toBe("default-src 'none'");
  expect(policy.get("frame-ancestors")).toBe("frame-ancestors 'none'");
  expect(policy.get("base-uri")).toBe("base-uri 'none'");
});

test.each([
  ["http://127.0.0.1:3005", "connect-src 'self' ws://127.0.0.1:3005"],
  ["https://live.example", "connect-src 'self' wss://live.example"],
])("the browser speaks to our server and the sockets alone when those are at %s", (socketUrl, expected) => {
  expect(directives(contentSecurityPolicy(socketUrl, "")).get("connect-src")).toBe(expected);
});
