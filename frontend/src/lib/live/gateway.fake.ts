import type { EventFlowEvent } from "@/lib/events/types";
import type { Clock } from "./clock";
import { LiveFeed } from "./feed";
import { keyOf, type Room } from "./rooms";
import type { Acknowledgement, LiveSocket, SocketHandlers, Ticket } from "./socket";
import type { Follower } from "./subscriptions";

/** Time that passes when a test says so. */
export class FakeClock implements Clock {
  #now = 1_000_000;
  #timers: { at: number; run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, run: () => void): () => void {
    const timer = { at: this.#now + milliseconds, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** Time passes while the tab's timers are frozen. */
  sleep(milliseconds: number): void {
    this.#now += milliseconds;
  }

  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      await settle();
      const due = this.#timers.filter((each) => each.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers = this.#timers.filter((each) => each !== due);
      this.#now = Math.max(this.#now, due.at);
      due.run();
    }
    this.#now = end;
    await settle();
  }
}

/** Lets promises that are settled be heard of. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

type Asked = { room: Room; cursor: string | null };

export class FakeSocket implements LiveSocket {
  closed = false;
  readonly asked: Asked[] = [];
  readonly left: string[] = [];
  constructor(
    readonly ticket: Ticket,
    readonly handlers: SocketHandlers,
    private readonly gateway: FakeGateway,
  ) {}

  subscribe(room: Room, cursor: string | null): Promise<Acknowledgement> {
    this.asked.push({ room, cursor });
    return Promise.resolve(this.gateway.answer({ room, cursor }));
  }

  unsubscribe(room: Room): void {
    this.left.push(keyOf(room));
  }

  close(): void {
    this.closed = true;
  }
}

/** A gateway, an issuer of tokens and a network that do what a test says, and the feed that uses them. */
export class FakeGateway {
  readonly clock = new FakeClock();
  readonly sockets: FakeSocket[] = [];
  head = "c0";
  ticket: () => Promise<Ticket | null> = () =>
    Promise.resolve({ url: "ws://gateway", token: `token ${this.sockets.length + 1}`, expires_in: 120 });
  answer = ({ cursor }: Asked): Acknowledgement => ({ ok: true, cursor: cursor ?? this.head });
  readonly feed = new LiveFeed({
    clock: this.clock,
    random: () => 0,
    ticket: () => this.ticket(),
    open: (ticket, handlers) => {
      const socket = new FakeSocket(ticket, handlers, this);
      this.sockets.push(socket);
      return Promise.resolve(socket);
    },
  });

  get socket(): FakeSocket {
    const newest = this.sockets.at(-1);
    if (!newest) throw new Error("nothing has connected");
    return newest;
  }

  /** The newest connection is let in, and its subscriptions are acknowledged. */
  async letIn(): Promise<void> {
    await settle();
    this.socket.handlers.connected();
    await settle();
  }

  says(event: EventFlowEvent, cursor: string = `c ${event.id}`, subscriptions?: Room[]): void {
    this.socket.handlers.event({ cursor, event, ...(subscriptions && { subscriptions }) });
  }

  /** The link is lost, and the next one is let in. */
  async cut(): Promise<void> {
    this.socket.handlers.lost();
    await this.clock.pass(200);
    await this.letIn();
  }
}

export const ORDER = "01a20067-bac9-7016-83e7-086f8b6b7db3";

/** An event of an order, told apart by its version. */
export function eventAt(
  version: number,
  subject: string = ORDER,
  id: string = `${subject} ${version}`,
): EventFlowEvent {
  return {
    specversion: "1.0",
    id,
    source: "/order-service",
    type: "order.confirmed",
    subject,
    time: "2026-11-21T23:18:48Z",
    datacontenttype: "application/json",
    dataschema: "urn:eventflow:order.confirmed:1",
    correlationid: subject,
    causationid: subject,
    customerid: "shopper-1",
    streamversion: version,
    data: { order_id: subject, items: [], total: 0, currency: "USD" },
  };
}

/** A follower that remembers what it was told. */
export class Notebook implements Follower {
  readonly batches: EventFlowEvent[][] = [];
  resyncs = 0;

  events(batch: EventFlowEvent[]): void {
    this.batches.push(batch);
  }

  resync(): void {
    this.resyncs += 1;
  }

  get versions(): number[] {
    return this.batches.flat().map((event) => event.streamversion);
  }
}
