// @vitest-environment node
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { ownOrigins, readConfig, WrongEnvironment } from "./config";

const DEVELOPMENT = {
  EVENTFLOW_ENVIRONMENT: "development",
  PUBLIC_URL: "http://127.0.0.1:3000",
  ORDER_URL: "http://127.0.0.1:3001",
  PAYMENT_URL: "http://127.0.0.1:3002/",
  INVENTORY_URL: "http://127.0.0.1:3003",
  SOCKET_URL: "http://127.0.0.1:3005",
  REDIS_URL: "redis://frontend:secret@127.0.0.1:6379/0",
  OIDC_ISSUER: "http://127.0.0.1:3006",
  SIGN_IN: "personas",
};

const PRODUCTION = {
  ...DEVELOPMENT,
  EVENTFLOW_ENVIRONMENT: "production",
  PUBLIC_URL: "https://shop.example",
  SOCKET_URL: "https://live.example",
  REDIS_URL: "rediss://frontend:secret@redis.example/0",
  OIDC_ISSUER: "https://id.example",
  SIGN_IN: "oidc",
  OIDC_CLIENT_ID: "eventflow",
  OIDC_CLIENT_SECRET: "secret",
};

function fault(environment: Record<string, string | undefined>): string {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof WrongEnvironment) return error.message;
    throw error;
  }
  return "none";
}

function file(text: string): string {
  const name = path.join(mkdtempSync(path.join(tmpdir(), "secret-")), "secret");
  writeFileSync(name, text);
  return name;
}

test("the configuration is read when every variable is there", () => {
  expect(readConfig(DEVELOPMENT)).toMatchObject({
    publicUrl: "http://127.0.0.1:3000",
    services: { payment: "http://127.0.0.1:3002" },
    signIn: { kind: "personas", issuer: "http://127.0.0.1:3006" },
  });
  expect(readConfig(PRODUCTION).signIn).toEqual({
    kind: "oidc",
    issuer: "https://id.example",
    clientId: "eventflow",
    clientSecret: "secret",
  });
});

test.each(Object.keys(DEVELOPMENT))("%s is named in one line when it is missing", (name) => {
  expect(fault({ ...DEVELOPMENT, [name]: undefined })).toMatch(new RegExp(`^${name}: [^\n;]+$`));
  expect(fault({ ...DEVELOPMENT, [name]: "" })).toMatch(new RegExp(`^${name}: `));
});

test.each([
  [{ PUBLIC_URL: "http://127.0.0.1:3000/shop" }, "PUBLIC_URL"],
  [{ ORDER_URL: "ftp://127.0.0.1" }, "ORDER_URL"],
  [{ REDIS_URL: "http://127.0.0.1:6379" }, "REDIS_URL"],
  [{ SIGN_IN: "everybody" }, "SIGN_IN"],
  [{ SIGN_IN: "oidc" }, "OIDC_CLIENT_ID"],
  [{ SIGN_IN: "oidc", OIDC_CLIENT_ID: "eventflow" }, "OIDC_CLIENT_SECRET"],
])("the variable at fault is named when the environment has %j", (wrong, name) => {
  expect(fault({ ...DEVELOPMENT, ...wrong })).toMatch(new RegExp(`^${name}: `));
});

test.each([
  [{ SIGN_IN: "personas" }, "SIGN_IN"],
  [{ PUBLIC_URL: "http://shop.example" }, "PUBLIC_URL"],
  [{ SOCKET_URL: "http://live.example" }, "SOCKET_URL"],
  [{ OIDC_ISSUER: "http://id.example" }, "OIDC_ISSUER"],
  [{ REDIS_URL: "redis://redis.example" }, "REDIS_URL"],
])("production is refused when the environment has %j", (wrong, name) => {
  expect(fault({ ...PRODUCTION, ...wrong })).toMatch(new RegExp(`^${name}: .*production`));
});

test("a secret is read from its file when NAME_FILE says where", () => {
  const environment = { ...DEVELOPMENT, REDIS_URL: undefined, REDIS_URL_FILE: file("redis://127.0.0.1:1\n") };
  expect(readConfig(environment).redisUrl).toBe("redis://127.0.0.1:1");
});

test("nothing of a secret is told when its file or its value is wrong", () => {
  const nowhere = { ...DEVELOPMENT, REDIS_URL: undefined, REDIS_URL_FILE: "/nowhere" };
  expect(fault(nowhere)).toBe("REDIS_URL_FILE: the file cannot be read: ENOENT");
  expect(fault({ ...DEVELOPMENT, REDIS_URL_FILE: "/nowhere" })).toMatch(
    /^REDIS_URL_FILE: REDIS_URL is set too/,
  );
  expect(fault({ ...DEVELOPMENT, REDIS_URL: "hunter2" })).not.toContain("hunter2");
});

test("localhost and 127.0.0.1 are one place when the shop is on one's own machine", () => {
  expect(ownOrigins("http://127.0.0.1:3000")).toEqual(["http://127.0.0.1:3000", "http://localhost:3000"]);
  expect(ownOrigins("https://shop.example")).toEqual(["https://shop.example"]);
});
