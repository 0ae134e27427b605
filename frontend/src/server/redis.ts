import { setTimeout } from "node:timers/promises";
import { createClient } from "redis";
import { StorageAway } from "./away";
import { config } from "./config";
import { oncePerProcess } from "./once-per-process";
import type { Storage } from "./session-store";

const PATIENCE_MS = 1_000;

function connect(url: string) {
  const client = createClient({
    url,
    socket: {
      connectTimeout: PATIENCE_MS,
      reconnectStrategy: (retries) => Math.min(100 * 2 ** retries, 2_000),
    },
    // Nobody waits for a Redis that is away.
    disableOfflineQueue: true,
    maintNotifications: "disabled",
  });
  let away = false;
  client.on("error", (error: Error) => {
    if (!away) console.error(JSON.stringify({ event: "redis_away", error: error.message || error.name }));
    away = true;
  });
  client.on("ready", () => {
    if (away) console.info(JSON.stringify({ event: "redis_back" }));
    away = false;
  });
  void client.connect();
  return client;
}

type Client = ReturnType<typeof connect>;

/** Resolves when the client can be used, at the latest when patience ends: its first commands come before it is. */
async function firstContact(client: Client): Promise<void> {
  if (client.isReady) return;
  await new Promise<void>((resolve) => {
    const timer = globalThis.setTimeout(resolve, PATIENCE_MS);
    client.once("ready", () => {
      clearTimeout(timer);
      resolve();
    });
    client.once("error", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** The client's own timeout ends where a command has been sent, so a server that hangs would be waited for. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  const late = new AbortController();
  const tooLate = setTimeout(PATIENCE_MS, undefined, { signal: late.signal }).then(() => {
    throw new Error("No answer in time");
  });
  return Promise.race([answer, tooLate]).finally(() => late.abort());
}

function storageIn(client: Client): Storage {
  const contact = firstContact(client);
  async function answer<T>(ask: () => Promise<T>): Promise<T> {
    await contact;
    try {
      return await inTime(ask());
    } catch (error) {
      throw new StorageAway("Redis does not answer", { cause: error });
    }
  }
  return {
    getAndKeep: (key, seconds) =>
      // Both leave in one packet.
      answer(async () => (await Promise.all([client.get(key), client.expire(key, seconds)]))[0]),
    getAndDelete: (key) => answer(() => client.getDel(key)),
    set: (key, value, seconds) =>
      answer(async () => void (await client.set(key, value, { expiration: { type: "EX", value: seconds } }))),
    replace: (key, value, seconds) =>
      answer(
        async () =>
          void (await client.set(key, value, {
            expiration: { type: "EX", value: seconds },
            condition: "XX",
          })),
      ),
    delete: (key) => answer(async () => void (await client.del(key))),
    ping: () => answer(async () => void (await client.ping())),
  };
}

/** The Redis of this process's sessions. */
export function redis(): Storage {
  return oncePerProcess("redis", () => storageIn(connect(config().redisUrl)));
}
