// @vitest-environment node
import { expect, test } from "vitest";
import { returnTo } from "./return-to";

test.each(["/", "/checkout?step=payment", "/orders/01a2#saga", "/search?q=a%2Fb"])(
  "%s is kept when it is a path of ours",
  (path) => {
    expect(returnTo(path)).toBe(path);
  },
);

test.each([
  null,
  "",
  "checkout",
  "//other.example",
  "///other.example",
  "/\\other.example",
  "\\\\other.example",
  "/checkout\\..\\..",
  "https://other.example/",
  "javascript:alert(1)",
  "/\t/other.example",
  "/\n/other.example",
  " /checkout",
  "/.//other.example",
  "/a/..//other.example",
  "/%2e%2e//other.example",
])("the front page comes back when %j is wanted", (path) => {
  expect(returnTo(path)).toBe("/");
});

test("the front page comes back when the path is longer than any of ours", () => {
  expect(returnTo(`/orders?status=${"x".repeat(2_000)}`)).toBe("/");
});
