// @vitest-environment node
import { expect, test } from "vitest";
import { sessionCookie } from "./session";
import { signInCookie } from "./sign-in-cookie";

test("no script and no other site reaches the cookie when it is set", () => {
  for (const cookie of [sessionCookie("https://shop.example"), signInCookie("https://shop.example")]) {
    expect(cookie.name).toMatch(/^__Host-/);
    expect(cookie.options).toMatchObject({ httpOnly: true, sameSite: "lax", secure: true, path: "/" });
    expect(cookie.options).not.toHaveProperty("domain");
  }
});

test("the cookie works without TLS when the shop is on one's own machine", () => {
  const { name, options } = sessionCookie("http://127.0.0.1:3000");
  expect(name).toBe("session");
  expect(options).toMatchObject({ httpOnly: true, sameSite: "lax", secure: false });
});
