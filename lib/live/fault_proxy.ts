/**
 * The network between live likes servers and the primary, with the faults of a plan: a proxy on a port of its own that
 * takes reports and replies apart message by message, so that a loss loses a report, never half of one.
 *
 * @module
 */

import type { Faults } from "../faults/force.ts";
import { type Direction, FROM_PRIMARY, TO_PRIMARY } from "../faults/plan.ts";
import { LineFramer } from "../protocol/framing.ts";
import { parseReply } from "../protocol/replies.ts";
import { ReportFields, VALID, validateLine } from "../protocol/validator.ts";
import { TICKS_PER_MS } from "../rules/ticks.ts";
import { type Answer, ReportConnection } from "./report_connection.ts";

/** What happens to a message. The kinds are those of a history. */
export interface ProxyEvent {
  /** When, in ticks of 0.1 ms since the start of the run. */
  readonly tick: number;
  /** `send`: left its sender; `lose`, `copy`: what the network did; `receive`: a report arrived at the primary; `ack`, `nak`: a reply arrived at the likes server; `answer`: the primary replied. */
  readonly kind:
    | "send"
    | "lose"
    | "copy"
    | "receive"
    | "answer"
    | "ack"
    | "nak";
  /** Which way it goes. */
  readonly direction: Direction;
  /** The report, or the one that is replied to. */
  readonly message: Message;
  /** The reply, where there is one. */
  readonly reply?: string;
}

/** A report on its way. */
export interface Message {
  /** The likes server's id. */
  readonly server: number;
  /** Which report of this likes server it is: 1, 2, 3 …, repeats included. */
  readonly number: number;
  /** Its likes. */
  readonly likes: number;
  /** The halves of its session, 32 bits each; 0 where it is unmarked. */
  readonly session: readonly [high: number, low: number];
  /** Its seq, 0 where it is unmarked. */
  readonly seq: number;
  /** Its total, -1 where it has none. */
  readonly total: number;
  /** What is sent, with the LF. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a proxy needs. */
export interface FaultProxyOptions {
  /** The faults in force. */
  readonly faults: Pick<
    Faults,
    "lost" | "copied" | "latencyTicks" | "partitioned"
  >;
  /** The port of the primary, at 127.0.0.1. */
  readonly primaryPort: number;
  /** Ticks of 0.1 ms since the start of the run. */
  readonly now: () => number;
  /** Is told of every message, in the order in which things happen. */
  readonly onEvent: (event: ProxyEvent) => void;
}

/** A network in which reports and replies are lost, repeated, delayed and cut off. */
export class FaultProxy {
  readonly #options: FaultProxyOptions;
  readonly #listener: Deno.TcpListener;
  readonly #accepting: Promise<void>;
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #upstreams = new Set<ReportConnection>();
  /** How many reports each likes server has sent: the keys of their random numbers. */
  readonly #sent = new Map<number, number>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #onItsWay = 0;
  readonly #emptyWaiters: (() => void)[] = [];

  /**
   * Opens the proxy on a free port of 127.0.0.1.
   *
   * @param options Faults, clock and what listens.
   * @throws {Deno.errors.NotCapable} Without permission to listen there.
   */
  constructor(options: FaultProxyOptions) {
    this.#options = options;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#accepting = this.#accept();
  }

  /** The port that likes servers connect to. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** Messages on their way. */
  get onItsWay(): number {
    return this.#onItsWay;
  }

  /**
   * Waits until no message is on its way.
   *
   * @returns Fulfils as soon as the network is empty.
   */
  async empty(): Promise<void> {
    while (this.#onItsWay > 0) {
      await new Promise<void>((resolve) => this.#emptyWaiters.push(resolve));
    }
  }

  /**
   * Closes the proxy. What is on its way is lost without a word: wait for {@linkcode FaultProxy.empty} first.
   *
   * @returns Fulfils when all is closed.
   */
  async close(): Promise<void> {
    this.#listener.close();
    for (const timer of this.#timers) clearTimeout(timer);
    for (const connection of this.#connections) closeQuietly(connection);
    for (const upstream of this.#upstreams) upstream.abandon();
    await this.#accepting;
  }

  async #accept(): Promise<void> {
    const serving = new Set<Promise<void>>();
    for await (const connection of this.#listener) {
      const served = this.#serve(connection).finally(() =>
        serving.delete(served)
      );
      serving.add(served);
    }
    await Promise.all(serving);
  }

  async #serve(connection: Deno.TcpConn): Promise<void> {
    this.#connections.add(connection);
    const framer = new LineFramer();
    const fields = new ReportFields();
    try {
      connection.setNoDelay(true);
      while (true) {
        const count = await connection.read(framer.room());
        if (count === null) break;
        framer.filled(count);
        while (framer.next()) {
          // Only likes servers know this port, and they validate what they send.
          if (
            validateLine(framer.bytes, framer.start, framer.end, fields) !==
              VALID
          ) return;
          this.#send(connection, {
            server: fields.server,
            number: this.#numberOf(fields.server),
            likes: fields.likes,
            session: [fields.sessionHigh, fields.sessionLow],
            seq: fields.seq,
            total: fields.total,
            bytes: framer.bytes.slice(framer.start, framer.end + 1),
          });
        }
      }
    } catch {
      // A likes server that gives up or is killed resets its connection: that is what connections are for.
    } finally {
      this.#connections.delete(connection);
      closeQuietly(connection);
    }
  }

  #numberOf(server: number): number {
    const number = (this.#sent.get(server) ?? 0) + 1;
    this.#sent.set(server, number);
    return number;
  }

  #send(connection: Deno.TcpConn, message: Message): void {
    this.#travel(
      TO_PRIMARY,
      message,
      undefined,
      // The likes server hears nothing of a copy that the network made.
      (isCopy) =>
        this.#arriveAtPrimary(isCopy ? undefined : connection, message),
    );
  }

  /**
   * Sends a message through the network. What is in flight is decided at delivery: a partition stops what would arrive in
   * it.
   */
  #travel(
    direction: Direction,
    message: Message,
    reply: string | undefined,
    arrive: (isCopy: boolean) => void | Promise<void>,
  ): void {
    const { faults, now } = this.#options;
    const { server, number } = message;
    const tick = now();
    this.#tell("send", direction, message, reply);
    if (faults.lost(direction, server, number, tick)) {
      this.#tell("lose", direction, message, reply);
      return;
    }
    this.#deliver(direction, message, reply, false, arrive);
    if (faults.copied(direction, server, number, tick)) {
      this.#tell("copy", direction, message, reply);
      this.#deliver(direction, message, reply, true, arrive);
    }
  }

  #deliver(
    direction: Direction,
    message: Message,
    reply: string | undefined,
    isCopy: boolean,
    arrive: (isCopy: boolean) => void | Promise<void>,
  ): void {
    const { faults, now } = this.#options;
    const { server, number } = message;
    const delayMs =
      faults.latencyTicks(direction, server, number, isCopy, now()) /
      TICKS_PER_MS;
    this.#onItsWay++;
    const timer = setTimeout(async () => {
      this.#timers.delete(timer);
      if (faults.partitioned(direction, server, now())) {
        this.#tell("lose", direction, message, reply);
      } else {
        await arrive(isCopy);
      }
      this.#landed();
    }, delayMs);
    this.#timers.add(timer);
  }

  #landed(): void {
    this.#onItsWay--;
    if (this.#onItsWay > 0) return;
    for (const resolve of this.#emptyWaiters.splice(0)) resolve();
  }

  /** Hands a report to the primary, on a connection of its own, and sends what it answers on its way back. */
  async #arriveAtPrimary(
    connection: Deno.TcpConn | undefined,
    message: Message,
  ): Promise<void> {
    const upstream = new ReportConnection(this.#options.primaryPort, false);
    this.#upstreams.add(upstream);
    const answer: Answer = await upstream.exchange(message.bytes);
    this.#upstreams.delete(upstream);
    if (answer.kind === "unreachable") {
      this.#tell("lose", TO_PRIMARY, message); // nobody is there: a message to a crashed process is lost
      return;
    }
    this.#tell("receive", TO_PRIMARY, message);
    // Without an answer the primary was killed. Whether it had counted, only its journal knows.
    if (answer.kind === "lost") return;
    this.#tell("answer", FROM_PRIMARY, message, answer.text);
    if (connection === undefined) return;
    const line = answer.text;
    this.#travel(
      FROM_PRIMARY,
      message,
      line,
      // The second of two replies would be taken for the answer to the next report on a connection that is kept open, and
      // finds a closed one otherwise: a likes server that has its answer ignores it, and so does the proxy in its place.
      (isCopy) =>
        isCopy
          ? undefined
          : this.#arriveAtLikesServer(connection, message, line),
    );
  }

  async #arriveAtLikesServer(
    connection: Deno.TcpConn,
    message: Message,
    reply: string,
  ): Promise<void> {
    if (!this.#connections.has(connection)) return; // it gave up waiting, or died
    const kind = parseReply(reply).kind === "ACK" ? "ack" : "nak";
    try {
      // Told first: the likes server may print that it has the ACK before this write returns.
      this.#tell(kind, FROM_PRIMARY, message, reply);
      await connection.write(new TextEncoder().encode(`${reply}\n`));
    } catch {
      closeQuietly(connection);
    }
  }

  #tell(
    kind: ProxyEvent["kind"],
    direction: Direction,
    message: Message,
    reply?: string,
  ): void {
    const event = { tick: this.#options.now(), kind, direction, message };
    this.#options.onEvent(reply === undefined ? event : { ...event, reply });
  }
}

function closeQuietly(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // closed already, by the other side's reset
  }
}
