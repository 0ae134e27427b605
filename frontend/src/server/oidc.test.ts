// @vitest-environment node
import { generateKeyPairSync, sign } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { UnusableToken } from "./access-token";
import { beginSignIn, finishSignIn, refreshGrant, SignInRefused } from "./oidc";
import { MemoryStorage } from "./memory-storage.fake";

const SHOP = "http://127.0.0.1:3000";
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** What the issuer is told at its token endpoint, and what it says of whoever signs in. */
let asked: URLSearchParams;
let person: { sub: string; role?: string; idSub?: string; nonce: string };
let server: Server;
let issuer: string;

function token(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
  return `${text}.${sign("sha256", Buffer.from(text), privateKey).toString("base64url")}`;
}

function tokens() {
  const now = Math.floor(Date.now() / 1000);
  const { sub, role, idSub = sub, nonce } = person;
  const common = { iss: issuer, iat: now, exp: now + 300 };
  const first = asked.get("grant_type") === "authorization_code";
  return {
    token_type: "Bearer",
    access_token: token({ ...common, aud: "eventflow", sub, role }),
    refresh_token: first ? "r-1" : "r-2",
    ...(first && { id_token: token({ ...common, aud: "shop", sub: idSub, nonce, name: "Anna Lee" }) }),
  };
}

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      response.setHeader("Content-Type", "application/json");
      if (request.url === "/token") asked = new URLSearchParams(body);
      if (request.url === "/token" && asked.get("refresh_token") === "revoked") {
        response.writeHead(400).end('{"error":"invalid_grant"}');
        return;
      }
      const configuration = {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
      };
      response.end(JSON.stringify(request.url === "/token" ? tokens() : configuration));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

let storage: MemoryStorage;
beforeEach(() => (storage = new MemoryStorage()));

const signIn = () => ({ kind: "oidc", issuer, clientId: "shop", clientSecret: "hush" }) as const;

/** Begins to sign in, and signs in at the issuer as the one described. */
async function atTheIssuer(
  described: { sub: string; role?: string; idSub?: string },
  known: string | null = null,
) {
  const { url, browser } = await beginSignIn(signIn(), SHOP, "/checkout", known, storage);
  const { searchParams } = new URL(url);
  person = { ...described, nonce: searchParams.get("nonce") ?? "" };
  const answer = new URLSearchParams({ code: "c-1", state: searchParams.get("state") ?? "", iss: issuer });
  return { browser, answer, searchParams };
}

test("the issuer is asked with PKCE, state and nonce when signing in begins", async () => {
  const { searchParams } = await atTheIssuer({ sub: "anna", role: "customer" });
  expect(Object.fromEntries(searchParams)).toMatchObject({
    response_type: "code",
    client_id: "shop",
    redirect_uri: `${SHOP}/api/sign-in/callback`,
    code_challenge_method: "S256",
    scope: "openid profile",
  });
  for (const secret of ["state", "nonce", "code_challenge"])
    expect(searchParams.get(secret)).toMatch(/^.{43}$/);
});

test("the grant has the token's subject and role when the issuer's answer is good", async () => {
  const { browser, answer } = await atTheIssuer({ sub: "anna", role: "staff" });
  const { grant, returnTo } = await finishSignIn(signIn(), SHOP, browser, answer, storage);
  expect(returnTo).toBe("/checkout");
  expect(grant).toMatchObject({ subject: "anna", role: "staff", name: "Anna Lee", refreshToken: "r-1" });
  expect(asked.get("code_verifier")).toMatch(/^.{43,}$/);
});

test("an answer is good once when it comes twice", async () => {
  const { browser, answer } = await atTheIssuer({ sub: "anna", role: "customer" });
  await finishSignIn(signIn(), SHOP, browser, answer, storage);
  await expect(finishSignIn(signIn(), SHOP, browser, answer, storage)).rejects.toThrow(SignInRefused);
});

test("an answer is refused when it was begun in another browser", async () => {
  const { answer } = await atTheIssuer({ sub: "mallory", role: "customer" });
  const { browser } = await atTheIssuer({ sub: "anna", role: "customer" });
  await expect(finishSignIn(signIn(), SHOP, null, answer, storage)).rejects.toThrow(SignInRefused);
  await expect(finishSignIn(signIn(), SHOP, browser, answer, storage)).rejects.toThrow(SignInRefused);
});

test("both answers are good when signing in was begun in two tabs", async () => {
  const first = await atTheIssuer({ sub: "anna", role: "customer" });
  const { nonce } = person;
  const second = await atTheIssuer({ sub: "anna", role: "customer" }, first.browser);
  expect(second.browser).toBe(first.browser);
  await finishSignIn(signIn(), SHOP, first.browser, second.answer, storage);
  person.nonce = nonce;
  const { grant } = await finishSignIn(signIn(), SHOP, first.browser, first.answer, storage);
  expect(grant.subject).toBe("anna");
});

test("an answer is refused when its nonce is another's", async () => {
  const { browser, answer } = await atTheIssuer({ sub: "anna", role: "customer" });
  person.nonce = "another";
  await expect(finishSignIn(signIn(), SHOP, browser, answer, storage)).rejects.toMatchObject({
    name: "SignInRefused",
    returnTo: "/checkout",
  });
});

test("nobody is signed in when the token has no role, or another's subject", async () => {
  for (const described of [
    { sub: "anna" },
    { sub: "anna", role: "king" },
    { sub: "anna", role: "ops", idSub: "bob" },
  ]) {
    const { browser, answer } = await atTheIssuer(described);
    await expect(finishSignIn(signIn(), SHOP, browser, answer, storage)).rejects.toThrow(UnusableToken);
  }
});

test("the token is new when it is refreshed, and none comes when the issuer refuses", async () => {
  person = { sub: "anna", role: "customer", nonce: "" };
  const old = {
    subject: "anna",
    role: "customer",
    name: "Anna Lee",
    accessToken: "old",
    expiresAt: 0,
  } as const;
  expect(await refreshGrant(signIn(), { ...old, refreshToken: "r-1" })).toMatchObject({
    refreshToken: "r-2",
    name: "Anna Lee",
  });
  expect(await refreshGrant(signIn(), { ...old, refreshToken: "revoked" })).toBeNull();
  expect(await refreshGrant(signIn(), old)).toBeNull();
});
