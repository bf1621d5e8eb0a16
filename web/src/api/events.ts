import type { RunEvent } from './types';

/** What {@link EventStream} needs of a WebSocket. */
export interface Socket {
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: ((close: { code: number }) => void) | null;
  onopen: (() => void) | null;
  close(): void;
}

export interface EventStreamOptions {
  readonly open: (since: number) => Socket;
  readonly take: (event: RunEvent) => void;
  /** Told whether the connection stands; a broken one is tried again for ever. */
  readonly connected?: (connected: boolean) => void;
  readonly later?: (action: () => void, milliseconds: number) => unknown;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
const ENDS = new Set(['run.completed', 'run.failed', 'run.canceled']);

/** One run's events, each once and in order, over connections that may break at any time. */
export class EventStream {
  #socket: Socket | undefined;
  #wait = FIRST_WAIT;
  #stopped = false;

  constructor(
    private readonly options: EventStreamOptions,
    public seq = 0,
  ) {
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#socket?.close();
  }

  #connect(): void {
    if (this.#stopped) return;
    const socket = this.options.open(this.seq);
    this.#socket = socket;
    socket.onopen = () => {
      this.#wait = FIRST_WAIT;
      this.options.connected?.(true);
    };
    socket.onmessage = ({ data }) => {
      const event = JSON.parse(String(data)) as RunEvent;
      // What was seen before a reconnect comes again when the server is not sure.
      if (event.seq <= this.seq) return;
      this.seq = event.seq;
      this.options.take(event);
      if (ENDS.has(event.event_type)) this.stop();
    };
    socket.onclose = () => {
      if (this.#stopped || this.#socket !== socket) return;
      this.options.connected?.(false);
      (this.options.later ?? setTimeout)(() => this.#connect(), this.#wait);
      this.#wait = Math.min(LONGEST_WAIT, this.#wait * 2);
    };
  }
}
