import type { EventFlowEvent } from "@/lib/events/types";
import { Batches } from "./batches";
import type { Cancel, Clock } from "./clock";
import type { Connection } from "./connection";
import { isIn, keyOf, type Room } from "./rooms";
import { Sieve } from "./sieve";
import type { LiveSocket, OpenSocket, SocketHandlers, Ticket } from "./socket";

/** Whoever follows a room. */
export interface Follower {
  events(batch: EventFlowEvent[]): void;
  /** Events may be missing: read the present state, and go on. */
  resync(): void;
}

export interface Surroundings {
  readonly clock: Clock;
  readonly open: OpenSocket;
  /** A fresh token for each connection, or null for somebody who is not signed in. Rejects when nobody answers. */
  readonly ticket: () => Promise<Ticket | null>;
  /** 0 to 1: tabs that lost the same gateway do not all come back at once. */
  readonly random: () => number;
}

type Followed = { readonly room: Room; readonly followers: Set<Follower>; joined: boolean };

// Navigating from page to page leaves a room for a moment.
const ROOM_KEPT_MS = 5_000;
const LIVE_WITHIN_MS = 20_000;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 10_000;
const REFUSED_RETRY_MS = 30_000;
// The gateway pings every 25 s and gives up after 20 more.
const SILENT_TOO_LONG_MS = 50_000;
// Replaying longer absences costs everybody more than reading the present state.
const CURSOR_KEPT_MS = 10 * 60_000;
const RENEWED_BEFORE_END_MS = 15_000;
const RENEWAL_UNSEEN_MS = 1_000;

/** One attempt at a connection, from asking for its token to its end. What a past one still tells is not heard. */
type Attempt = { socket: LiveSocket | null; heardAt: number; endsAt: number; connected: boolean };

/** All that one browser tab follows, over one connection that is open while anything is followed. */
export class LiveFeed {
  readonly #surroundings: Surroundings;
  readonly #batches: Batches<Follower, EventFlowEvent>;
  readonly #rooms = new Map<string, Followed>();
  readonly #watchers = new Set<() => void>();
  #sieve = new Sieve();
  #connection: Connection = { state: "idle" };
  #attempt: Attempt | null = null;
  #cursor: { readonly value: string; readonly at: number } | null = null;
  #timers: Cancel[] = [];
  #failures = 0;
  #online = true;
  #subject: string | null = null;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#batches = new Batches(surroundings.clock, (follower, events) => follower.events(events));
  }

  /** The same object until it changes. */
  readonly connection = (): Connection => this.#connection;

  /** Tells when the connection changes; returns how to be told no more. */
  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Follows as the person signed in. What the follower read before now may be old already: it is told to read again. */
  follow(subject: string, room: Room, follower: Follower): () => void {
    if (this.#subject !== subject) this.#startAnew(subject);
    const key = keyOf(room);
    const followed = this.#rooms.get(key) ?? { room, followers: new Set(), joined: false };
    const isNew = !this.#rooms.has(key);
    this.#rooms.set(key, followed);
    followed.followers.add(follower);
    if (!this.#attempt) this.#connect();
    else if (isNew && this.#attempt.connected) void this.#join(this.#attempt, followed);
    if (followed.joined) follower.resync();
    return () => {
      followed.followers.delete(follower);
      this.#batches.forget(follower);
      this.#surroundings.clock.after(ROOM_KEPT_MS, () => this.#leaveIfEmpty(key, followed));
    };
  }

  /** The browser says that there is no network. */
  offline(): void {
    this.#online = false;
    if (this.#rooms.size > 0) this.#lose();
  }

  online(): void {
    this.#online = true;
    if (this.#isWaiting()) this.#connect();
  }

  /** The tab is looked at again; its timers, and the link, may have slept. */
  wake(): void {
    const now = this.#surroundings.clock.now();
    const attempt = this.#attempt;
    if (!attempt) {
      if (this.#isWaiting()) this.#connect();
    } else if (attempt.connected && (now >= attempt.endsAt || now - attempt.heardAt > SILENT_TOO_LONG_MS)) {
      this.#connect();
    }
  }

  #isWaiting(): boolean {
    return this.#rooms.size > 0 && this.#attempt === null && this.#online;
  }

  #startAnew(subject: string): void {
    this.#end();
    this.#subject = subject;
    this.#cursor = null;
    this.#sieve = new Sieve();
    for (const [key, followed] of this.#rooms) {
      followed.joined = false;
      // Kept in case somebody came back, and nobody may who is not the person before.
      if (followed.followers.size === 0) this.#rooms.delete(key);
    }
  }

  #leaveIfEmpty(key: string, followed: Followed): void {
    if (followed.followers.size > 0 || this.#rooms.get(key) !== followed) return;
    this.#rooms.delete(key);
    if (this.#rooms.size === 0) {
      this.#end();
      this.#cursor = null;
      this.#become({ state: "idle" });
    } else if (followed.joined) {
      // Its acknowledgement has a cursor too, but others may be in the middle of a replay that lies before it.
      this.#attempt?.socket?.unsubscribe(followed.room);
    }
  }

  #connect(): void {
    const { clock, ticket, open } = this.#surroundings;
    this.#clearTimers();
    const before = this.#attempt;
    const attempt: Attempt = { socket: null, heardAt: clock.now(), endsAt: Infinity, connected: false };
    this.#attempt = attempt;
    before?.socket?.close();
    if (this.#connection.state === "live") {
      this.#later(RENEWAL_UNSEEN_MS, () => this.#becomeReconnecting());
    } else if (this.#connection.state !== "reconnecting" && this.#connection.state !== "refused") {
      this.#become({ state: "connecting" });
    }
    this.#later(LIVE_WITHIN_MS, () => this.#loseIf(attempt));

    const begin = async (): Promise<void> => {
      const granted = await ticket();
      if (this.#attempt !== attempt) return;
      if (!granted) return this.#beSignedOut();
      attempt.endsAt = clock.now() + granted.expires_in * 1_000;
      const socket = await open(granted, this.#handlers(attempt));
      if (this.#attempt === attempt) attempt.socket = socket;
      else socket.close();
    };
    begin().catch(() => this.#loseIf(attempt));
  }

  #handlers(attempt: Attempt): SocketHandlers {
    const heard = (then: () => void): void => {
      if (this.#attempt !== attempt) return;
      attempt.heardAt = this.#surroundings.clock.now();
      then();
    };
    return {
      connected: () => heard(() => void this.#joinAll(attempt)),
      event: (message) =>
        heard(() => {
          this.#reach(message.cursor);
          this.#deliver(message.event);
        }),
      resync: (message) =>
        heard(() => {
          this.#reach(message.cursor);
          this.#resync(this.#rooms.values());
        }),
      closing: (why) => heard(() => this.#beClosed(why)),
      heard: () => heard(() => undefined),
      lost: () => this.#loseIf(attempt),
    };
  }

  async #joinAll(attempt: Attempt): Promise<void> {
    attempt.connected = true;
    const { clock } = this.#surroundings;
    if (this.#cursor && clock.now() - this.#cursor.at > CURSOR_KEPT_MS) this.#cursor = null;
    const joined = await Promise.all([...this.#rooms.values()].map((each) => this.#join(attempt, each)));
    if (this.#attempt !== attempt || joined.includes(false)) return;
    this.#clearTimers();
    this.#failures = 0;
    this.#become({ state: "live" });
    const left = attempt.endsAt - clock.now();
    this.#later(Math.max(left - RENEWED_BEFORE_END_MS, left / 2), () => this.#connect());
  }

  /** Whether the room is followed now. */
  async #join(attempt: Attempt, followed: Followed): Promise<boolean> {
    const cursor = followed.joined ? (this.#cursor?.value ?? null) : null;
    try {
      const acknowledged = await attempt.socket?.subscribe(followed.room, cursor);
      if (this.#attempt !== attempt || !acknowledged) return false;
      if (!acknowledged.ok) {
        this.#beRefused(acknowledged.error);
        return false;
      }
      followed.joined = true;
      if (cursor === null) {
        // Later than events and other rooms' replays that are still to come, so only the first is a place to resume from.
        if (!this.#cursor) this.#reach(acknowledged.cursor);
        this.#resync([followed]);
      }
      return true;
    } catch {
      this.#loseIf(attempt);
      return false;
    }
  }

  #reach(cursor: string): void {
    this.#cursor = { value: cursor, at: this.#surroundings.clock.now() };
  }

  #deliver(event: EventFlowEvent): void {
    if (!this.#sieve.admits(event)) return;
    for (const { room, followers } of this.#rooms.values()) {
      if (isIn(room, event)) for (const follower of followers) this.#batches.add(follower, event);
    }
  }

  #resync(rooms: Iterable<Followed>): void {
    this.#batches.flush();
    for (const { followers } of rooms) for (const follower of followers) follower.resync();
  }

  #beSignedOut(): void {
    this.#end();
    this.#become({ state: "signed-out" });
  }

  #beClosed(why: string): void {
    if (why === "token_expired") this.#connect();
    else this.#beRefused(why);
  }

  #beRefused(why: string): void {
    this.#end();
    this.#become({ state: "refused", why });
    this.#later(REFUSED_RETRY_MS, () => this.#connect());
  }

  #loseIf(attempt: Attempt): void {
    if (this.#attempt === attempt) this.#lose();
  }

  #lose(): void {
    this.#end();
    this.#becomeReconnecting();
    if (!this.#online) return;
    const longest = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LONGEST_RETRY_MS);
    this.#failures += 1;
    this.#later(longest * (0.5 + this.#surroundings.random() / 2), () => this.#connect());
  }

  #becomeReconnecting(): void {
    if (this.#connection.state === "reconnecting") return;
    this.#become({ state: "reconnecting", since: this.#surroundings.clock.now() });
  }

  #end(): void {
    this.#clearTimers();
    const socket = this.#attempt?.socket;
    this.#attempt = null;
    socket?.close();
  }

  #later(milliseconds: number, run: () => void): void {
    this.#timers.push(this.#surroundings.clock.after(milliseconds, run));
  }

  #clearTimers(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers = [];
  }

  #become(connection: Connection): void {
    this.#connection = connection;
    for (const watcher of this.#watchers) watcher();
  }
}
