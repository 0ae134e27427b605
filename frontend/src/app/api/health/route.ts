import { connection } from "next/server";
import { isAway } from "@/server/away";
import { config, WrongEnvironment } from "@/server/config";
import { redis } from "@/server/redis";

const missing = (what: string[]) =>
  Response.json(
    { status: "not ready", missing: what },
    { status: 503, headers: { "Cache-Control": "no-store" } },
  );

/** Ready when the configuration is right and Redis answers; otherwise what is missing. */
export async function GET(): Promise<Response> {
  await connection();
  try {
    config();
    await redis().ping();
  } catch (error) {
    if (error instanceof WrongEnvironment) return missing(["configuration"]);
    if (isAway(error)) return missing(["redis"]);
    throw error;
  }
  return Response.json({ status: "ready" }, { headers: { "Cache-Control": "no-store" } });
}
