/**
 * The network between live likes servers and the primary, with the faults of a
 * plan: a proxy on a port of its own that takes reports and replies apart
 * message by message, so that a loss loses a report, never half of one.
 *
 * @module
 */

import { MessageKind } from "../../domain/messages.ts";
import { PRIMARY } from "../../domain/nodes.ts";
import { closeQuietly } from "../../platform/close_quietly.ts";
import type { Faults } from "../../faults/force.ts";

import { LineFramer } from "../../protocol/framing.ts";
import { ReportFields, VALID, validateLine } from "../../protocol/validator.ts";
import { TICKS_PER_MS } from "../../domain/ticks.ts";
import { acceptAll } from "../../platform/accept.ts";
import { ReportConnection } from "../worker/report_connection.ts";
import type { SentReport } from "./sent_reports.ts";

/** An event in the life of a message. */
export interface ProxyEvent {
  /**
   * `send`: left its sender; `lose`, `copy`: what the network did; `receive`:
   * arrived; `answer`: the primary replied; `silence`: it got the report and
   * did not reply, because it was killed. Whether it had counted, only its log
   * knows.
   */
  readonly kind: "send" | "lose" | "copy" | "receive" | "answer" | "silence";
  /** The direction of the message. */
  readonly direction: MessageKind;
  /** The report, or the one that is replied to. */
  readonly message: Message;
  /** The reply without its LF, where there is one. */
  readonly reply?: string;
}

/** A report on its way. */
export interface Message extends SentReport {
  /** The likes server's id. */
  readonly server: number;
  /** Likes of the report. */
  readonly likes: number;
  /** Whether the report has a mark. */
  readonly isMarked: boolean;
  /** Total of the report, -1 where it has none. */
  readonly total: number;
  /** The report as it travels, with the LF. */
  readonly bytes: Uint8Array;
}

/** Settings of a proxy. */
export interface FaultProxyOptions {
  /** The faults in force. */
  readonly faults: Pick<
    Faults,
    "luck" | "lost" | "copied" | "latencyTicks" | "cut"
  >;
  /** The port of the primary, at 127.0.0.1. */
  readonly primaryPort: () => number;
  /** Ticks of 0.1 ms since the start of the run. */
  readonly now: () => number;
  /**
   * Finds out which of a likes server's reports a line is; null if it is none.
   */
  readonly identify: (
    server: number,
    line: string,
  ) => Promise<SentReport | null>;
  /** Called with every event, in the order in which they happen. */
  readonly onEvent: (event: ProxyEvent) => void;
}

/**
 * A network in which reports and replies are lost, repeated, delayed and cut
 * off.
 */
export class FaultProxy {
  /**
   * Whether the primary is known to be down: then nothing is delivered to it,
   * though it may listen already.
   */
  isPrimaryDown = false;
  readonly #options: FaultProxyOptions;
  readonly #listener: Deno.TcpListener;
  readonly #accepting: Promise<void>;
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #exchanges = new Map<ReportConnection, Promise<void>>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #onItsWay = 0;
  #isClosed = false;
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

  /**
   * Waits until no message is on its way.
   *
   * @returns Fulfils as soon as the network is empty, or closed.
   */
  async empty(): Promise<void> {
    while (this.#onItsWay > 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => this.#emptyWaiters.push(resolve));
    }
  }

  /**
   * Waits until the primary has answered, or failed to, whatever was delivered
   * to it before the call.
   *
   * @returns Fulfils when it has.
   */
  async exchangesEnded(): Promise<void> {
    await Promise.all(this.#exchanges.values());
  }

  /**
   * Closes the proxy. What is on its way is lost without a word: wait for
   * {@linkcode FaultProxy.empty} first.
   *
   * @returns Fulfils when all is closed.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#listener.close();
    for (const timer of this.#timers) clearTimeout(timer);
    for (const connection of this.#connections) closeQuietly(connection);
    for (const exchange of this.#exchanges.keys()) exchange.abandon();
    this.#wakeWaiters();
    await Promise.all([this.#accepting, this.exchangesEnded()]);
  }

  async #accept(): Promise<void> {
    const serving = new Set<Promise<void>>();
    await acceptAll({
      listener: this.#listener,
      isClosing: () => this.#isClosed,
      onConnection: (connection) => {
        const served = this.#serve(connection).finally(() =>
          serving.delete(served)
        );
        serving.add(served);
      },
    });
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
          const message = await this.#identified(framer, fields);
          // This network is between likes servers and their primary: others
          // have no business here.
          if (message === null || this.#isClosed) return;
          this.#send(connection, message);
        }
      }
    } catch {
      // A likes server that gives up or is killed resets its connection: that
      // is what connections are for.
    } finally {
      this.#connections.delete(connection);
      closeQuietly(connection);
    }
  }

  async #identified(
    framer: LineFramer,
    fields: ReportFields,
  ): Promise<Message | null> {
    const { bytes, start, end } = framer;
    if (validateLine(bytes, start, end, fields) !== VALID) return null;
    const { server, likes, total, seq } = fields;
    const line = new TextDecoder().decode(bytes.subarray(start, end));
    const sent = await this.#options.identify(server, line);
    if (sent === null) return null;
    return {
      ...sent,
      server,
      likes,
      isMarked: seq > 0,
      total,
      bytes: Uint8Array.from(new TextEncoder().encode(`${line}\n`)),
    };
  }

  #send(connection: Deno.TcpConn, message: Message): void {
    this.#travel(
      MessageKind.REPORT,
      message,
      undefined,
      // The likes server hears nothing of a copy that the network made.
      (isCopy) =>
        this.#arriveAtPrimary(isCopy ? undefined : connection, message),
    );
  }

  /**
   * Sends a message through the network. What is in flight is decided at
   * delivery: a partition stops what would arrive in it.
   */
  #travel(
    direction: MessageKind,
    message: Message,
    reply: string | undefined,
    arrive: (isCopy: boolean) => void | Promise<void>,
  ): void {
    const { faults, now } = this.#options;
    const { server, attempt } = message;
    const tick = now();
    const luck = faults.luck(direction, server, attempt);
    this.#tell("send", direction, message, reply);
    if (faults.lost(direction, luck, tick)) {
      this.#tell("lose", direction, message, reply);
      return;
    }
    this.#deliver(direction, message, reply, luck, false, arrive);
    if (faults.copied(direction, luck, tick)) {
      this.#tell("copy", direction, message, reply);
      this.#deliver(direction, message, reply, luck, true, arrive);
    }
  }

  #deliver(
    direction: MessageKind,
    message: Message,
    reply: string | undefined,
    luck: number,
    isCopy: boolean,
    arrive: (isCopy: boolean) => void | Promise<void>,
  ): void {
    const { faults, now } = this.#options;
    const { server } = message;
    const delayMs = faults.latencyTicks(direction, luck, isCopy, now()) /
      TICKS_PER_MS;
    this.#onItsWay++;
    const timer = setTimeout(async () => {
      this.#timers.delete(timer);
      try {
        const isCut = direction === MessageKind.REPORT
          ? faults.cut(server, PRIMARY, now())
          : faults.cut(PRIMARY, server, now());
        if (isCut) {
          this.#tell("lose", direction, message, reply);
        } else {
          await arrive(isCopy);
        }
      } finally {
        this.#onItsWay--;
        if (this.#onItsWay === 0) this.#wakeWaiters();
      }
    }, delayMs);
    this.#timers.add(timer);
  }

  #wakeWaiters(): void {
    for (const resolve of this.#emptyWaiters.splice(0)) resolve();
  }

  /**
   * Hands a report to the primary, on a connection of its own, and sends what
   * it answers on its way back.
   */
  async #arriveAtPrimary(
    connection: Deno.TcpConn | undefined,
    message: Message,
  ): Promise<void> {
    const reply = this.isPrimaryDown ? null : await this.#exchange(message);
    if (this.#isClosed) return;
    if (reply === null) {
      this.#tell("lose", MessageKind.REPORT, message); // a message to a crashed process is lost
    } else if (reply !== undefined && connection !== undefined) {
      this.#travel(
        MessageKind.REPLY,
        message,
        reply,
        (isCopy) =>
          this.#arriveAtLikesServer(connection, message, reply, isCopy),
      );
    }
  }

  /** The primary's answer; null if nobody is there, undefined if none came. */
  async #exchange(message: Message): Promise<string | null | undefined> {
    const upstream = new ReportConnection(this.#options.primaryPort(), false);
    const ended = Promise.withResolvers<void>();
    this.#exchanges.set(upstream, ended.promise);
    try {
      const answer = await upstream.exchange(message.bytes);
      if (this.#isClosed) return undefined;
      if (answer.kind === "unreachable") return null;
      this.#tell("receive", MessageKind.REPORT, message);
      if (answer.kind === "answer") {
        this.#tell("answer", MessageKind.REPLY, message, answer.text);
        return answer.text;
      }
      this.#tell("silence", MessageKind.REPLY, message);
      return undefined;
    } finally {
      this.#exchanges.delete(upstream);
      ended.resolve();
    }
  }

  async #arriveAtLikesServer(
    connection: Deno.TcpConn,
    message: Message,
    reply: string,
    isCopy: boolean,
  ): Promise<void> {
    // It gave up waiting, or died.
    if (!this.#connections.has(connection)) {
      this.#tell("lose", MessageKind.REPLY, message, reply);
      return;
    }
    this.#tell("receive", MessageKind.REPLY, message, reply);
    // The second of two replies would be taken for the answer to the next
    // report on a connection that is kept open, and finds a closed one
    // otherwise: a likes server that has its answer ignores it, and so does the
    // proxy in its place.
    if (isCopy) return;
    try {
      await connection.write(new TextEncoder().encode(`${reply}\n`));
    } catch {
      closeQuietly(connection);
    }
  }

  #tell(
    kind: ProxyEvent["kind"],
    direction: MessageKind,
    message: Message,
    reply?: string,
  ): void {
    const event = { kind, direction, message };
    this.#options.onEvent(reply === undefined ? event : { ...event, reply });
  }
}
