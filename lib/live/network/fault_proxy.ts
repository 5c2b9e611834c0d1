/**
 * The network of a live run, with the faults of a plan: a proxy with a port for
 * each link, that takes requests and replies apart message by message, so that
 * a loss loses a message, never half of one.
 *
 * @module
 */

import type { MessageKind } from "../../domain/messages.ts";
import { replicaNode } from "../../domain/nodes.ts";
import { TICKS_PER_MS } from "../../domain/ticks.ts";
import type { Faults } from "../../faults/force.ts";
import { acceptAll } from "../../platform/accept.ts";
import { closeQuietly } from "../../platform/close_quietly.ts";
import { isIoError } from "../../platform/io_error.ts";
import { writeAll } from "../../platform/write_all.ts";
import { LineFramer } from "../../protocol/framing.ts";
import {
  Intake,
  type IntakeOptions,
  type LinkEnd,
  type Message,
} from "./message.ts";
import { type Arrival, Timetable } from "./timetable.ts";
import {
  type Outcome,
  type Reply,
  type Upstream,
  Upstreams,
} from "./upstream.ts";

/** An event in the life of a message. */
export interface ProxyEvent {
  /**
   * `send`: left its sender; `lose`, `copy`: what the network did; `receive`:
   * arrived; `answer`: the replica replied; `silence`: it got the request and
   * did not reply, because it was killed. Whether it had counted, only its log
   * knows.
   */
  readonly kind: "send" | "lose" | "copy" | "receive" | "answer" | "silence";
  /** Whether it is about the reply. */
  readonly isReply: boolean;
  /** The request, or the one that is replied to. */
  readonly message: Message;
  /** The reply, where there is one. */
  readonly reply?: Reply;
  /** Whether the request is a copy that the network made. */
  readonly isCopy?: boolean;
  /**
   * The moment at which a reply was due that its client is told, by the clock
   * of `performance.now()`.
   */
  readonly dueMs?: number;
}

/** Settings of a proxy. */
export interface FaultProxyOptions {
  /** The faults in force. */
  readonly faults: Pick<
    Faults,
    "luck" | "lost" | "copied" | "latencyTicks" | "cut"
  >;
  /** The port of a replica, at 127.0.0.1. */
  readonly replicaPort: (replica: number) => number;
  /** Number of replicas. */
  readonly replicas: number;
  /** Number of readers. @default {0} */
  readonly readers?: number;
  /**
   * Listeners for likes servers and replicas, by replica, where they are open
   * already; they belong to the proxy from now on.
   */
  readonly listeners?: readonly Deno.TcpListener[] | undefined;
  /** Ticks of 0.1 ms since the start of the run. */
  readonly now: () => number;
  /** Whether likes servers report to all replicas. @default {false} */
  readonly isToAll?: boolean;
  /**
   * Ticks from an acknowledgement to the read by which a likes server answers
   * it; null: they do not read. @default {null}
   */
  readonly readAfterTicks?: number | null;
  /** Tells what this run's processes send from what strangers do. */
  readonly identify: IntakeOptions["identify"];
  /** Called with every event, in the order in which they happen. */
  readonly onEvent: (event: ProxyEvent) => void;
}

/** A leg of a message's way. */
interface Leg {
  readonly message: Message;
  /** The reply, on the way back. */
  readonly reply?: Reply;
  /**
   * The moment that its delay counts from, by the clock of `performance.now()`.
   */
  readonly sentMs: number;
}

/** Hands a message, or a copy of it, over. */
type Arrive = (arrival: Arrival, isCopy: boolean) => void | Promise<void>;

/**
 * A network in which requests and replies are lost, repeated, delayed and cut
 * off.
 */
export class FaultProxy {
  /** The ports that likes servers and replicas connect to, by replica. */
  readonly ports: readonly number[];
  readonly #options: FaultProxyOptions;
  /** Ports of readers, by reader and replica. */
  readonly #readerPorts: readonly (readonly number[])[];
  readonly #listeners: Deno.TcpListener[] = [];
  readonly #accepting: Promise<void>[] = [];
  readonly #connections = new Set<Deno.TcpConn>();
  /** Requests that replicas have and have not replied to, by replica. */
  readonly #exchanges: readonly Map<Upstream, Promise<void>>[];
  readonly #timetable: Timetable;
  readonly #upstreams: Upstreams;
  readonly #counts = new Map<string, number>();
  /**
   * Replicas that are known to be down: nothing is delivered to them, though
   * they may listen already.
   */
  readonly #down = new Set<number>();
  #onItsWay = 0;
  #isClosed = false;
  readonly #emptyWaiters: (() => void)[] = [];

  /**
   * Opens the proxy, each link on a free port of 127.0.0.1.
   *
   * @param options Faults, clock and what listens.
   * @throws {Deno.errors.NotCapable} Without permission to listen there.
   */
  constructor(options: FaultProxyOptions) {
    this.#options = options;
    const { listeners, replicas, readers = 0 } = options;
    const { now, readAfterTicks = null } = options;
    this.#upstreams = new Upstreams(replicas > 1);
    this.#timetable = new Timetable({ now, readAfterTicks });
    const all = Array.from({ length: replicas }, (_, replica) => replica);
    this.#exchanges = all.map(() => new Map());
    try {
      this.ports = all.map((replica) =>
        this.#listen({ replica }, listeners?.[replica])
      );
      this.#readerPorts = Array.from(
        { length: readers },
        (_, reader) => all.map((replica) => this.#listen({ replica, reader })),
      );
    } catch (error) {
      this.#isClosed = true;
      for (const listener of this.#listeners) listener.close();
      throw error;
    }
  }

  /**
   * The ports that a reader connects to.
   *
   * @param reader Its number.
   * @returns The ports, by replica.
   */
  portsOfReader(reader: number): readonly number[] {
    return this.#readerPorts[reader] ?? [];
  }

  /**
   * A replica is down from now on.
   *
   * @param replica Its number.
   */
  down(replica: number): void {
    this.#down.add(replica);
  }

  /**
   * A replica is up again.
   *
   * @param replica Its number.
   */
  up(replica: number): void {
    this.#down.delete(replica);
  }

  /**
   * A draw is acknowledged by as many replicas as it takes, with the reply that
   * arrives just now: the likes server may read it.
   *
   * @param server The likes server's id.
   * @param dueMs The moment at which that reply was due.
   */
  acknowledged(server: number, dueMs: number): void {
    this.#timetable.acknowledged(server, dueMs);
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
   * Waits until a replica has replied, or failed to, to whatever was delivered
   * to it before the call.
   *
   * @param replica Its number.
   * @returns Fulfils when it has.
   */
  async exchangesEnded(replica: number): Promise<void> {
    await Promise.all(this.#exchanges[replica]?.values() ?? []);
  }

  /**
   * Closes the proxy. What is on its way is lost without a word: wait for
   * {@linkcode FaultProxy.empty} first.
   *
   * @returns Fulfils when all is closed.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const listener of this.#listeners) listener.close();
    this.#timetable.clear();
    for (const connection of this.#connections) closeQuietly(connection);
    for (const exchanges of this.#exchanges) {
      for (const upstream of exchanges.keys()) upstream.abandon();
    }
    this.#upstreams.close();
    this.#wakeWaiters();
    await Promise.all(this.#accepting);
    await Promise.all(
      this.#exchanges.map((_, replica) => this.exchangesEnded(replica)),
    );
  }

  #listen(link: LinkEnd, open?: Deno.TcpListener): number {
    const listener = open ?? Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#listeners.push(listener);
    this.#accepting.push(this.#accept(listener, link));
    return listener.addr.port;
  }

  async #accept(listener: Deno.TcpListener, link: LinkEnd): Promise<void> {
    const serving = new Set<Promise<void>>();
    await acceptAll({
      listener,
      isClosing: () => this.#isClosed,
      onConnection: (connection) => {
        const served = this.#serve(connection, link).finally(() =>
          serving.delete(served)
        );
        serving.add(served);
      },
    });
    await Promise.all(serving);
  }

  async #serve(connection: Deno.TcpConn, link: LinkEnd): Promise<void> {
    this.#connections.add(connection);
    const framer = new LineFramer();
    const { replicas, identify, isToAll = false } = this.#options;
    const intake = new Intake(link, {
      replicas,
      isToAll,
      identify,
      nextOf: (kind, node) => this.#nextOf(kind, node),
    });
    try {
      connection.setNoDelay(true);
      while (true) {
        const count = await connection.read(framer.room());
        if (count === null) break;
        const cameMs = performance.now();
        framer.filled(count);
        while (framer.next()) {
          const message = await intake.take(framer);
          // This network is between the processes of the run: others have no
          // business here.
          if (message === null || this.#isClosed) return;
          if (message !== undefined) {
            this.#send(connection, message, cameMs);
          }
        }
      }
    } catch (error) {
      // A client that gives up or is killed resets its connection: that is what
      // connections are for.
      if (!isIoError(error)) throw error;
    } finally {
      this.#connections.delete(connection);
      closeQuietly(connection);
    }
  }

  #nextOf(kind: MessageKind, node: number): number {
    const key = `${kind} ${node}`;
    const n = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, n);
    return n;
  }

  #send(
    connection: Deno.TcpConn,
    message: Message,
    cameMs: number,
  ): void {
    const sentMs = this.#timetable.requestMs(message, cameMs);
    this.#travel(
      { message, sentMs },
      // The client hears nothing of a copy that the network made.
      (arrival, isCopy) => {
        const client = isCopy ? undefined : connection;
        return this.#arriveAtReplica(client, message, arrival);
      },
    );
  }

  /**
   * Sends a message through the network. What is in flight is decided at
   * delivery: a partition stops what would arrive in it.
   */
  #travel(leg: Leg, arrive: Arrive): void {
    const { faults, now } = this.#options;
    const { luckNode, n } = leg.message;
    const kind = kindOf(leg);
    const tick = now();
    const luck = faults.luck(kind, luckNode, n);
    this.#tell("send", leg);
    if (faults.lost(kind, luck, tick)) {
      this.#tell("lose", leg);
      return;
    }
    this.#deliver(leg, luck, false, arrive);
    if (faults.copied(kind, luck, tick)) {
      this.#tell("copy", leg);
      this.#deliver(leg, luck, true, arrive);
    }
  }

  #deliver(leg: Leg, luck: number, isCopy: boolean, arrive: Arrive): void {
    const { faults, now } = this.#options;
    const { from, replica } = leg.message;
    const server = replicaNode(replica);
    const kind = kindOf(leg);
    const delayTicks = faults.latencyTicks(kind, luck, isCopy, now());
    const delayMs = delayTicks / TICKS_PER_MS;
    const travel = { kind, sentMs: leg.sentMs, delayMs };
    this.#onItsWay++;
    this.#timetable.schedule(travel, async (arrival) => {
      try {
        const isCut = leg.reply === undefined
          ? faults.cut(from, server, now())
          : faults.cut(server, from, now());
        if (isCut) this.#tell("lose", leg);
        else await arrive(arrival, isCopy);
      } finally {
        this.#onItsWay--;
        if (this.#onItsWay === 0) this.#wakeWaiters();
      }
    });
  }

  #wakeWaiters(): void {
    for (const resolve of this.#emptyWaiters.splice(0)) resolve();
  }

  /**
   * Hands a request to its replica, and sends what it replies on its way
   * back.
   */
  async #arriveAtReplica(
    connection: Deno.TcpConn | undefined,
    message: Message,
    { dueMs, onHandedOver }: Arrival,
  ): Promise<void> {
    const isCopy = connection === undefined;
    const outcome = this.#down.has(message.replica)
      ? UNREACHABLE
      : await this.#exchange(message, isCopy, onHandedOver);
    if (this.#isClosed) return;
    const sentMs = this.#timetable.replyMs(dueMs);
    if (outcome.kind === "unreachable") {
      // A message to a crashed process is lost.
      this.#tell("lose", { message, sentMs });
    }
    if (isCopy) return;
    if (outcome.kind !== "reply") return this.#refuse(connection, message);
    const { reply } = outcome;
    const leg = { message, reply, sentMs };
    this.#travel(leg, (arrival, isCopy) => {
      arrival.onHandedOver();
      return this.#arriveAtClient(connection, leg, arrival.dueMs, isCopy);
    });
  }

  /**
   * A replica refused the connection, or ended it without a reply: so does the
   * network, at once, unless nothing passes from there.
   */
  #refuse(connection: Deno.TcpConn, { from, replica }: Message): void {
    const { faults, now } = this.#options;
    if (faults.cut(replicaNode(replica), from, now())) return;
    closeQuietly(connection);
  }

  async #exchange(
    message: Message,
    isCopy: boolean,
    onHandedOver: () => void,
  ): Promise<Outcome> {
    const { replica, kind } = message;
    const port = this.#options.replicaPort(replica);
    const upstream = this.#upstreams.open(port, kind);
    const ended = Promise.withResolvers<void>();
    this.#exchanges[replica]?.set(upstream, ended.promise);
    try {
      const outcome = await upstream.exchange(message, onHandedOver);
      if (this.#isClosed || outcome.kind === "unreachable") return outcome;
      const copy = isCopy ? { isCopy } : {};
      const sentMs = performance.now();
      this.#tell("receive", { message, sentMs }, copy);
      if (outcome.kind === "reply") {
        const { reply } = outcome;
        this.#tell("answer", { message, reply, sentMs }, copy);
      } else this.#options.onEvent({ kind: "silence", isReply: true, message });
      return outcome;
    } finally {
      this.#exchanges[replica]?.delete(upstream);
      ended.resolve();
    }
  }

  async #arriveAtClient(
    connection: Deno.TcpConn,
    leg: Required<Leg>,
    dueMs: number,
    isCopy: boolean,
  ): Promise<void> {
    // It gave up waiting, or died.
    if (!this.#connections.has(connection)) {
      this.#tell("lose", leg);
      return;
    }
    this.#tell("receive", leg, isCopy ? { isCopy } : { dueMs });
    // The second of two replies would be taken for the answer to the next
    // request on a connection that is kept open, and finds a closed one
    // otherwise: a client that has its answer ignores it, and so does the proxy
    // in its place.
    if (isCopy) return;
    try {
      await writeAll(connection, leg.reply.bytes);
    } catch {
      closeQuietly(connection);
    }
  }

  #tell(
    kind: ProxyEvent["kind"],
    leg: Leg,
    more: Pick<ProxyEvent, "isCopy" | "dueMs"> = {},
  ): void {
    const { message, reply } = leg;
    const isReply = reply !== undefined;
    this.#options.onEvent({
      ...{ kind, isReply, message, ...more },
      ...reply !== undefined && { reply },
    });
  }
}

const UNREACHABLE: Outcome = { kind: "unreachable" };

/** The kind of the message that is on a leg. */
function kindOf({ message, reply }: Leg): MessageKind {
  return (reply === undefined ? message.kind : message.kind + 1) as MessageKind;
}
