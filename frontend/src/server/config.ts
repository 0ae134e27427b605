import { readFileSync } from "node:fs";
import { z } from "zod";

const SECRETS = ["REDIS_URL", "OIDC_CLIENT_SECRET"];

const address = (...schemes: string[]) =>
  z
    .string("is not set")
    .refine(
      (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol),
      `must be a URL that begins with ${schemes.map((scheme) => `${scheme}//`).join(" or ")}`,
    )
    .transform((text) => text.replace(/\/+$/, ""));

const http = address("http:", "https:");

const Environment = z.object({
  EVENTFLOW_ENVIRONMENT: z.enum(["development", "production"], "must be development or production"),
  PUBLIC_URL: http.refine((text) => new URL(text).origin === text, "must be an origin, without a path"),
  ORDER_URL: http,
  PAYMENT_URL: http,
  INVENTORY_URL: http,
  SOCKET_URL: http,
  REDIS_URL: address("redis:", "rediss:"),
  OIDC_ISSUER: http,
  SIGN_IN: z.enum(["personas", "oidc"], "must be personas or oidc"),
  OIDC_CLIENT_ID: z.string().min(1, "must not be empty").optional(),
  OIDC_CLIENT_SECRET: z.string().min(1, "must not be empty").optional(),
});

export type SignIn =
  | { kind: "personas"; issuer: string }
  | { kind: "oidc"; issuer: string; clientId: string; clientSecret: string };

export type Config = {
  environment: "development" | "production";
  /** The origin of our own pages, as browsers see it. */
  publicUrl: string;
  services: { order: string; payment: string; inventory: string };
  /** Where browsers reach the gateway's sockets. */
  socketUrl: string;
  redisUrl: string;
  signIn: SignIn;
};

/** The environment is not right. The message names the variables and says nothing of what secrets hold. */
export class WrongEnvironment extends Error {
  override readonly name = "WrongEnvironment";
}

/** The configuration that these variables give; a secret may be in the file that NAME_FILE names. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const read = Environment.safeParse(withSecretsOfFiles(environment));
  if (!read.success) {
    throw new WrongEnvironment(
      read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "),
    );
  }
  const variables = read.data;
  if (variables.EVENTFLOW_ENVIRONMENT === "production") refuseWhatIsUnsafe(variables);
  return {
    environment: variables.EVENTFLOW_ENVIRONMENT,
    publicUrl: variables.PUBLIC_URL,
    services: {
      order: variables.ORDER_URL,
      payment: variables.PAYMENT_URL,
      inventory: variables.INVENTORY_URL,
    },
    socketUrl: variables.SOCKET_URL,
    redisUrl: variables.REDIS_URL,
    signIn: signInOf(variables),
  };
}

function signInOf(variables: z.infer<typeof Environment>): SignIn {
  const { SIGN_IN: kind, OIDC_ISSUER: issuer, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET } = variables;
  if (kind === "personas") return { kind, issuer };
  if (OIDC_CLIENT_ID === undefined) throw new WrongEnvironment("OIDC_CLIENT_ID: is not set");
  if (OIDC_CLIENT_SECRET === undefined) throw new WrongEnvironment("OIDC_CLIENT_SECRET: is not set");
  return { kind, issuer, clientId: OIDC_CLIENT_ID, clientSecret: OIDC_CLIENT_SECRET };
}

function refuseWhatIsUnsafe(variables: z.infer<typeof Environment>): void {
  if (variables.SIGN_IN === "personas") {
    throw new WrongEnvironment("SIGN_IN: must be oidc in production, or anybody could be anybody");
  }
  for (const name of ["PUBLIC_URL", "SOCKET_URL", "OIDC_ISSUER", "REDIS_URL"] as const) {
    const { protocol, hostname } = new URL(variables[name]);
    if (!isLoopback(hostname) && protocol !== "https:" && protocol !== "rediss:") {
      throw new WrongEnvironment(`${name}: must be encrypted in production: https:// or rediss://`);
    }
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

function withSecretsOfFiles(environment: Readonly<Record<string, string | undefined>>) {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value) variables[name] = value; // What compose sets to nothing is not set.
  }
  for (const name of SECRETS) {
    const file = variables[`${name}_FILE`];
    if (file === undefined) continue;
    if (variables[name] !== undefined) {
      throw new WrongEnvironment(`${name}_FILE: ${name} is set too, and one of the two is enough`);
    }
    variables[name] = contents(file, name);
  }
  return variables;
}

function contents(file: string, name: string): string {
  try {
    return readFileSync(file, "utf8").replace(/[\r\n]+$/, "");
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "it is no text";
    throw new WrongEnvironment(`${name}_FILE: the file cannot be read: ${reason}`);
  }
}

let known: Config | undefined;

/** This process's configuration. Throws WrongEnvironment. */
export function config(): Config {
  return (known ??= readConfig(process.env));
}

/** The origins of our own pages. On one's own machine localhost and 127.0.0.1 are the same place. */
export function ownOrigins(publicUrl: string): string[] {
  const { hostname, port, protocol } = new URL(publicUrl);
  if (!isLoopback(hostname)) return [publicUrl];
  return [
    ...new Set([
      publicUrl,
      ...["localhost", "127.0.0.1"].map((host) => `${protocol}//${host}${port && `:${port}`}`),
    ]),
  ];
}
