// @vitest-environment node
import { expect, test } from "vitest";
import { refusalOfOtherOrigins } from "./same-origin";

const SHOP = "https://shop.example";

function refused(method: string, headers: Record<string, string>, publicUrl = SHOP): number | null {
  return (
    refusalOfOtherOrigins(new Request(`${SHOP}/api/session`, { method, headers }), publicUrl)?.status ?? null
  );
}

test("reading is let through when another site asks", () => {
  expect(refused("GET", { Origin: "https://other.example" })).toBeNull();
});

test.each(["POST", "PATCH", "DELETE"])("%s is let through when our own page asks", (method) => {
  expect(refused(method, { Origin: SHOP })).toBeNull();
  expect(refused(method, { Origin: SHOP, "Sec-Fetch-Site": "same-origin" })).toBeNull();
});

test.each([
  {},
  { Origin: "null" },
  { Origin: "https://other.example" },
  { Origin: "https://shop.example.other.example" },
  { Origin: "http://shop.example" },
  { Origin: "https://shop.example:8443" },
  { Origin: SHOP, "Sec-Fetch-Site": "same-site" },
  { Origin: SHOP, "Sec-Fetch-Site": "cross-site" },
])("a change is refused when it comes with %j", (headers) => {
  expect(refused("POST", headers)).toBe(403);
});

test("localhost is let through when the shop is on one's own machine", () => {
  expect(refused("POST", { Origin: "http://localhost:3000" }, "http://127.0.0.1:3000")).toBeNull();
  expect(refused("POST", { Origin: "http://localhost:3001" }, "http://127.0.0.1:3000")).toBe(403);
});
