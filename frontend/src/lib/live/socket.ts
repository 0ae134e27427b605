import type { EventFlowEvent } from "@/lib/events/types";
import type { Room } from "./rooms";

/** What `POST /api/live` gives: where to connect, and a token that is good for so many seconds. */
export type Ticket = { readonly url: string; readonly token: string; readonly expires_in: number };

export type Acknowledgement =
  { readonly ok: true; readonly cursor: string } | { readonly ok: false; readonly error: string };

/** `cursor` is a place of these subscriptions; where none are named, of all that an event is in. */
type Placed = { readonly cursor: string; readonly subscriptions?: readonly Room[] };

export type EventMessage = Placed & { readonly event: EventFlowEvent };
export type ResyncMessage = Placed & { readonly reason: string };

/** What one connection tells, in the order in which it happens. */
export interface SocketHandlers {
  connected(): void;
  event(message: EventMessage): void;
  resync(message: ResyncMessage): void;
  /** The gateway ends it, and says why. */
  closing(why: string): void;
  /** Anything came, a ping too. */
  heard(): void;
  /** It ended, or never came to be. */
  lost(): void;
}

/** One connection; it never reconnects by itself. */
export interface LiveSocket {
  /** Rejects when no acknowledgement comes. */
  subscribe(room: Room, cursor: string | null): Promise<Acknowledgement>;
  unsubscribe(room: Room): void;
  close(): void;
}

export type OpenSocket = (ticket: Ticket, handlers: SocketHandlers) => Promise<LiveSocket>;

// The gateway may wait 10 s for its broker before it acknowledges.
const ACKNOWLEDGED_WITHIN_MS = 15_000;

const loadSocketIo = () => import("socket.io-client");

/** Begins to load it, so that it is there when the token is. Where that fails, opening tries again and tells. */
export function prepareSocketIo(): void {
  loadSocketIo().catch(() => undefined);
}

/** Socket.IO, loaded by the pages that follow something only. */
export const openSocketIo: OpenSocket = async (ticket, handlers) => {
  const { io } = await loadSocketIo();
  const socket = io(ticket.url, {
    transports: ["websocket"],
    auth: { token: ticket.token },
    forceNew: true,
    reconnection: false,
  });
  socket.on("connect", () => handlers.connected());
  socket.on("connect_error", () => handlers.lost());
  socket.on("disconnect", () => handlers.lost());
  socket.on("event", handlers.event);
  socket.on("resync", handlers.resync);
  socket.on("closing", (message: { reason: string }) => handlers.closing(message.reason));
  socket.onAny(() => handlers.heard());
  socket.io.on("ping", () => handlers.heard());
  return {
    subscribe: async (room, cursor) => {
      const request = cursor === null ? room : { ...room, cursor };
      return (await socket
        .timeout(ACKNOWLEDGED_WITHIN_MS)
        .emitWithAck("subscribe", request)) as Acknowledgement;
    },
    unsubscribe: (room) => void socket.emit("unsubscribe", room),
    close: () => void socket.disconnect(),
  };
};
