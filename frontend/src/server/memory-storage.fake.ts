import type { Storage } from "./session-store";

/** A storage in memory with a clock of its own. */
export class MemoryStorage implements Storage {
  now = 1_000_000;
  readonly entries = new Map<string, { value: string; until: number }>();

  private alive(key: string) {
    const entry = this.entries.get(key);
    return entry && entry.until > this.now ? entry : null;
  }
  async getAndKeep(key: string, seconds: number) {
    const entry = this.alive(key);
    if (entry) entry.until = this.now + seconds;
    return entry?.value ?? null;
  }
  async getAndDelete(key: string) {
    const value = this.alive(key)?.value ?? null;
    this.entries.delete(key);
    return value;
  }
  async set(key: string, value: string, seconds: number) {
    this.entries.set(key, { value, until: this.now + seconds });
  }
  async replace(key: string, value: string, seconds: number) {
    if (this.alive(key)) await this.set(key, value, seconds);
  }
  async delete(key: string) {
    this.entries.delete(key);
  }
  async ping() {}
}
