import type { Cancel, Clock } from "./clock";
import type { Connection } from "./connection";
import { isIn, isNamed, type Room } from "./rooms";
import type { LiveSocket, OpenSocket, SocketHandlers, Ticket } from "./socket";
import { Subscriptions, type Follower, type Subscription } from "./subscriptions";

export interface Dependencies {
  readonly clock: Clock;
  readonly open: OpenSocket;
  /** A fresh token for each connection, or null for somebody who is not signed in. Rejects when nobody answers. */
  readonly ticket: () => Promise<Ticket | null>;
  /** 0 to 1: tabs that lost the same gateway do not all come back at once. */
  readonly random: () => number;
}

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
type Attempt = {
  socket: LiveSocket | null;
  heardAt: number;
  endsAt: number;
  connected: boolean;
  /** What it has acknowledged: what it tells moves the places of these alone. */
  readonly joined: Set<Subscription>;
};

/** All that one browser tab follows, over one connection that is open while anything is followed. */
export class LiveFeed {
  readonly #dependencies: Dependencies;
  readonly #subscriptions: Subscriptions;
  readonly #watchers = new Set<() => void>();
  #connection: Connection = { state: "idle" };
  #attempt: Attempt | null = null;
  #timers: Cancel[] = [];
  #failures = 0;
  #online = true;
  #subject: string | null = null;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
    this.#subscriptions = new Subscriptions(dependencies.clock);
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
    const { subscription, isNew } = this.#subscriptions.add(room, follower);
    if (!this.#attempt) this.#connect();
    else if (isNew && this.#attempt.connected) void this.#join(this.#attempt, subscription);
    if (subscription.place) follower.resync();
    return () => {
      this.#subscriptions.leave(subscription, follower);
      this.#dependencies.clock.after(ROOM_KEPT_MS, () => this.#endIfEmpty(subscription));
    };
  }

  /** The browser says that there is no network. */
  offline(): void {
    this.#online = false;
    if (this.#subscriptions.size > 0) this.#lose();
  }

  online(): void {
    this.#online = true;
    if (this.#isWaiting()) this.#connect();
  }

  /** The tab is looked at again; its timers, and the link, may have slept. */
  wake(): void {
    const now = this.#dependencies.clock.now();
    const attempt = this.#attempt;
    if (!attempt) {
      if (this.#isWaiting()) this.#connect();
    } else if (attempt.connected && (now >= attempt.endsAt || now - attempt.heardAt > SILENT_TOO_LONG_MS)) {
      this.#connect();
    }
  }

  #isWaiting(): boolean {
    return this.#subscriptions.size > 0 && this.#attempt === null && this.#online;
  }

  #startAnew(subject: string): void {
    this.#end();
    this.#subject = subject;
    this.#subscriptions.startAnew();
  }

  #endIfEmpty(subscription: Subscription): void {
    if (!this.#subscriptions.endIfEmpty(subscription)) return;
    if (this.#subscriptions.size === 0) {
      this.#end();
      this.#become({ state: "idle" });
    } else if (subscription.place) {
      this.#attempt?.socket?.unsubscribe(subscription.room);
    }
  }

  #connect(): void {
    const { clock, ticket, open } = this.#dependencies;
    this.#clearTimers();
    const before = this.#attempt;
    const attempt: Attempt = {
      socket: null,
      heardAt: clock.now(),
      endsAt: Infinity,
      connected: false,
      joined: new Set(),
    };
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
      attempt.heardAt = this.#dependencies.clock.now();
      then();
    };
    return {
      connected: () => heard(() => void this.#joinAll(attempt)),
      event: (message) =>
        heard(() => {
          const { event, subscriptions } = message;
          for (const each of attempt.joined) {
            const isMoved = subscriptions ? isNamed(each.room, subscriptions) : isIn(each.room, event);
            if (isMoved) this.#reach(each, message.cursor);
          }
          this.#subscriptions.deliver(event);
        }),
      resync: (message) =>
        heard(() => {
          const { subscriptions } = message;
          const concerned = [...attempt.joined].filter(
            ({ room }) => !subscriptions || isNamed(room, subscriptions),
          );
          for (const each of concerned) this.#reach(each, message.cursor);
          this.#subscriptions.resync(concerned);
        }),
      closing: (why) => heard(() => this.#beClosed(why)),
      heard: () => heard(() => undefined),
      lost: () => this.#loseIf(attempt),
    };
  }

  async #joinAll(attempt: Attempt): Promise<void> {
    attempt.connected = true;
    const { clock } = this.#dependencies;
    const subscriptions = this.#subscriptions.all();
    for (const each of subscriptions) {
      if (each.place && clock.now() - each.place.at > CURSOR_KEPT_MS) each.place = null;
    }
    const joined = await Promise.all(subscriptions.map((each) => this.#join(attempt, each)));
    if (this.#attempt !== attempt || joined.includes(false)) return;
    this.#clearTimers();
    this.#failures = 0;
    this.#become({ state: "live" });
    const left = attempt.endsAt - clock.now();
    this.#later(Math.max(left - RENEWED_BEFORE_END_MS, left / 2), () => this.#connect());
  }

  /** Whether the room is followed now. */
  async #join(attempt: Attempt, subscription: Subscription): Promise<boolean> {
    const cursor = subscription.place?.cursor ?? null;
    try {
      const acknowledged = await attempt.socket?.subscribe(subscription.room, cursor);
      if (this.#attempt !== attempt || !acknowledged) return false;
      if (!acknowledged.ok) {
        this.#beRefused(acknowledged.error);
        return false;
      }
      attempt.joined.add(subscription);
      if (cursor === null) {
        this.#reach(subscription, acknowledged.cursor);
        this.#subscriptions.resync([subscription]);
      }
      return true;
    } catch {
      this.#loseIf(attempt);
      return false;
    }
  }

  #reach(subscription: Subscription, cursor: string): void {
    subscription.place = { cursor, at: this.#dependencies.clock.now() };
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
    this.#later(longest * (0.5 + this.#dependencies.random() / 2), () => this.#connect());
  }

  #becomeReconnecting(): void {
    if (this.#connection.state === "reconnecting") return;
    this.#become({ state: "reconnecting", since: this.#dependencies.clock.now() });
  }

  #end(): void {
    this.#clearTimers();
    const socket = this.#attempt?.socket;
    this.#attempt = null;
    socket?.close();
  }

  #later(milliseconds: number, run: () => void): void {
    this.#timers.push(this.#dependencies.clock.after(milliseconds, run));
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
