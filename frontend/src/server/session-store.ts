import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { ROLES } from "@/features/session/session";

export const IDLE_SECONDS = 30 * 60;
export const LONGEST_SECONDS = 8 * 60 * 60;

/** Where sessions are kept: Redis, or a fake. Each call may throw StorageAway. */
export interface Storage {
  /** What is kept under the key, for that many seconds more from now on. */
  getAndKeep(key: string, seconds: number): Promise<string | null>;
  getAndDelete(key: string): Promise<string | null>;
  set(key: string, value: string, seconds: number): Promise<void>;
  /** As `set`, when the key is there still. */
  replace(key: string, value: string, seconds: number): Promise<void>;
  delete(key: string): Promise<void>;
  ping(): Promise<void>;
}

const Grant = z.object({
  subject: z.string(),
  role: z.enum(ROLES),
  name: z.string(),
  accessToken: z.string(),
  /** Seconds since 1970. */
  expiresAt: z.number(),
  refreshToken: z.string().optional(),
});

/** What signing in gave: who it is, and the token that says so to the services. */
export type Grant = z.infer<typeof Grant>;

const Kept = Grant.extend({ startedAt: z.number() });
type Kept = z.infer<typeof Kept>;

/** Sessions by their id, of which the storage knows the digest alone. */
export class SessionStore {
  constructor(
    private readonly storage: Storage,
    private readonly now: () => number = () => Date.now() / 1000,
  ) {}

  /** The id of a new session: 256 random bits that nobody knew before. */
  async begin(grant: Grant): Promise<string> {
    const id = randomBytes(32).toString("base64url");
    const kept: Kept = { ...grant, startedAt: this.now() };
    await this.storage.set(key(id), JSON.stringify(kept), IDLE_SECONDS);
    return id;
  }

  /** The session, which being looked at keeps alive, though not for ever; null when there is none. */
  async find(id: string): Promise<Kept | null> {
    const text = await this.storage.getAndKeep(key(id), IDLE_SECONDS);
    if (text === null) return null;
    // Another release may have kept it in another form: then one signs in again.
    const { data: kept } = Kept.safeParse(JSON.parse(text));
    if (kept && this.now() - kept.startedAt < LONGEST_SECONDS) return kept;
    await this.end(id);
    return null;
  }

  /** Puts a new token into a session. One that has ended meanwhile stays so. */
  async renew(id: string, kept: Kept, grant: Grant): Promise<void> {
    const renewed: Kept = { ...grant, startedAt: kept.startedAt };
    await this.storage.replace(key(id), JSON.stringify(renewed), IDLE_SECONDS);
  }

  async end(id: string): Promise<void> {
    await this.storage.delete(key(id));
  }
}

function key(id: string): string {
  return `session:${createHash("sha256").update(id).digest("hex")}`;
}
