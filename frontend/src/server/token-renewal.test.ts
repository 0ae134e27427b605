// @vitest-environment node
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { IssuerAway } from "./away";
import { MemoryStorage } from "./memory-storage.fake";
import { oncePerProcess } from "./once-per-process";
import { SessionStore } from "./session-store";
import { freshGrant } from "./token-renewal";

const now = () => Math.floor(Date.now() / 1000);

let asked: object[];
let answers: boolean;
const issuer = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => (body += chunk.toString()));
  request.on("end", () => {
    const { subject: sub, role, expires_in } = JSON.parse(body) as Record<string, string | number>;
    asked.push({ sub, role });
    const claims = Buffer.from(JSON.stringify({ sub, role, exp: now() + Number(expires_in) })).toString(
      "base64url",
    );
    response
      .writeHead(answers ? 200 : 500)
      .end(JSON.stringify({ access_token: `header.${claims}.signature` }));
  });
});
// The process's sessions are in memory here.
const store = oncePerProcess("sessions", () => new SessionStore(new MemoryStorage(), now));

beforeAll(async () => {
  await new Promise<void>((resolve) => issuer.listen(0, "127.0.0.1", resolve));
  const environment = {
    EVENTFLOW_ENVIRONMENT: "development",
    PUBLIC_URL: "http://127.0.0.1:3000",
    ORDER_URL: "http://127.0.0.1:1",
    PAYMENT_URL: "http://127.0.0.1:1",
    INVENTORY_URL: "http://127.0.0.1:1",
    SOCKET_URL: "http://127.0.0.1:1",
    REDIS_URL: "redis://127.0.0.1:1",
    SIGN_IN: "personas",
    OIDC_ISSUER: `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterAll(() => void issuer.close());
beforeEach(() => {
  asked = [];
  answers = true;
});

/** A session whose token is good for that many seconds. */
async function sessionWith(seconds: number) {
  const anna = { subject: "shopper-anna", role: "customer", name: "anna", accessToken: "old" } as const;
  const id = await store.begin({ ...anna, expiresAt: now() + seconds });
  const kept = await store.find(id);
  return kept === null ? expect.fail("no session") : { id, kept };
}

test("the token stays when it is good for a while", async () => {
  const { id, kept } = await sessionWith(300);
  expect(await freshGrant(id, kept)).toMatchObject({ accessToken: "old" });
  expect(asked).toEqual([]);
});

test("one new token is fetched and kept when many ask at the end of the old one", async () => {
  const { id, kept } = await sessionWith(30);
  const grants = await Promise.all(Array.from({ length: 20 }, () => freshGrant(id, kept)));
  expect(asked).toEqual([{ sub: "shopper-anna", role: "customer" }]);
  expect(new Set(grants.map((grant) => grant?.accessToken)).size).toBe(1);
  expect(await store.find(id)).toMatchObject({ accessToken: grants[0]?.accessToken, name: "anna" });
  expect(grants[0]?.accessToken).not.toBe("old");
});

test("the old token serves to its end when the issuer is away", async () => {
  answers = false;
  const living = await sessionWith(30);
  expect(await freshGrant(living.id, living.kept)).toMatchObject({ accessToken: "old" });
  const expired = await sessionWith(-1);
  await expect(freshGrant(expired.id, expired.kept)).rejects.toThrow(IssuerAway);
  expect(await store.find(expired.id)).not.toBeNull();
});
