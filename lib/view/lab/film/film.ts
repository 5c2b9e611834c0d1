/**
 * A run as a film: the state of processes and messages at any moment, to be
 * scrubbed through, stepped through and played.
 *
 * @module
 */

// @ts-types="@types/d3-array"
import { bisectRight } from "d3-array";
import { PRIMARY, readerNode, replicaNode } from "../../../domain/nodes.ts";
import { Faults } from "../../../faults/force.ts";
import { DELIVERY_TRAITS, isStuck } from "../../../rules/delivery_traits.ts";
import type { RunOptions } from "../../../options/run_options.ts";
import { type HistoryEvent, tickOf } from "../../../verdict/history.ts";
import type { ServerState } from "../../picture/picture.ts";
import { FlightScreen } from "./flight_screen.ts";
import type { FilmReel } from "./film_reel.ts";
import type {
  Frame,
  LinkFrame,
  Mutable,
  ReaderFrame,
  ReplicaFrame,
  ServerFrame,
} from "./frame.ts";

/** The likes of a likes server and its reads, by its events. */
type Account = Mutable<
  Omit<ServerFrame, "state" | "isCutTo" | "isCutFrom">
>;

/**
 * Plays a reel. A moment is a tick and a number of events: several events can
 * happen at one tick, and a step is one event.
 *
 * @example Usage
 * ```ts
 * import { Film } from "./film.ts";
 * import { runLab } from "../lab_run.ts";
 * import { DEFAULT_SETTING } from "../setting.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { reel, verdict } = runLab(DEFAULT_SETTING);
 * const film = new Film(DEFAULT_SETTING, reel);
 * film.seek(reel.endTick);
 * assertEquals(film.frame().counted, verdict.counted);
 * film.seek(0);
 * film.step(1);
 * assertEquals(film.frame().event?.kind, "draw");
 * ```
 */
export class Film {
  /** The reel. */
  readonly reel: FilmReel;
  readonly #options: RunOptions;
  readonly #faults: Faults;
  readonly #ticks: Float64Array;
  readonly #screen: FlightScreen;
  /** By id. */
  #accounts: ReadonlyMap<number, Account> = new Map();
  #readers: readonly Mutable<ReaderFrame>[] = [];
  readonly #totals: Float64Array;
  #counted = 0;
  /** The number of events up to the moment. */
  #index = 0;
  /** The number of reads that are over. */
  #reads = 0;
  #tick = 0;

  /**
   * @param options The run.
   * @param reel Its events and messages.
   */
  constructor(options: RunOptions, reel: FilmReel) {
    this.reel = reel;
    this.#options = options;
    this.#faults = new Faults(options);
    this.#ticks = Float64Array.from(reel.events, tickOf);
    this.#screen = new FlightScreen(reel.flights);
    this.#totals = new Float64Array(options.replicas);
    this.#rewind();
  }

  /** The moment, in ticks. */
  get tick(): number {
    return this.#tick;
  }

  /** Whether there is nothing after this moment. */
  get isAtEnd(): boolean {
    return this.#tick >= this.reel.keptUntilTick;
  }

  /**
   * Goes to a tick, after all that happened at it.
   *
   * @param tick Any; before the beginning or after the end counts as these.
   */
  seek(tick: number): void {
    this.#tick = Math.max(0, Math.min(this.reel.keptUntilTick, tick));
    this.#goTo(bisectRight(this.#ticks, this.#tick));
  }

  /**
   * Goes some events forward or back.
   *
   * @param events The number of events, below 0 for back.
   */
  step(events: number): void {
    // Between two events, a step back undoes the one before, a step forward
    // does the one after.
    const index = Math.max(
      0,
      Math.min(this.reel.events.length, this.#index + events),
    );
    this.#goTo(index);
    this.#tick = index === 0 ? 0 : this.#ticks[index - 1] as number;
  }

  /**
   * The frame of the moment.
   *
   * @param slowness The shortest time that a message is to be seen, in ticks: 0
   * shows each exactly where it is, more shows fast ones slower than they are.
   * @returns All processes and messages.
   */
  frame(slowness = 0): Frame {
    const servers = Array.from(
      this.#accounts.values(),
      (account) => this.#server(account),
    );
    return {
      tick: this.#tick,
      generated: servers.reduce((sum, { generated }) => sum + generated, 0),
      counted: this.#counted,
      servers,
      replicas: Array.from(
        { length: this.#options.replicas },
        (_, replica) => this.#replica(replica),
      ),
      readers: this.#readers.map((reader): ReaderFrame => ({ ...reader })),
      flights: this.#screen.at(this.#tick, slowness),
      event: this.reel.events[this.#index - 1],
    };
  }

  /**
   * The links on which something may travel at the moment.
   *
   * @returns Each pair of nodes once, the one that asks first; between two
   * replicas the lower number first.
   */
  links(): LinkFrame[] {
    const { replicas, writeTo, gossip, readFrom } = this.#options;
    const links: LinkFrame[] = [];
    const add = (from: number, to: number, isUsed: boolean) =>
      links.push({
        ...{ from, to, isUsed },
        isCutTo: this.#faults.cut(from, to, this.#tick),
        isCutFrom: this.#faults.cut(to, from, this.#tick),
      });
    const ofReads = this.#options.readAfterTicks !== null &&
      readFrom !== "home";
    for (let replica = 0; replica < replicas; replica++) {
      const node = replicaNode(replica);
      for (const { id, replica: target } of this.#accounts.values()) {
        const isUsed = writeTo !== "home" || ofReads || target === replica;
        add(id, node, isUsed);
      }
      for (const { id, replica: asked } of this.#readers) {
        const isUsed = readFrom !== "home" || asked === replica;
        add(readerNode(id), node, isUsed);
      }
      for (let peer = replica + 1; peer < replicas; peer++) {
        add(node, replicaNode(peer), gossip !== null);
      }
    }
    return links;
  }

  #server(account: Account): ServerFrame {
    const { id, replica, read, ...likes } = account;
    const node = replicaNode(replica);
    const tick = this.#tick;
    return {
      ...{ id, replica, read, ...likes },
      state: this.#stateOf(account),
      isCutTo: this.#faults.cut(id, node, tick),
      isCutFrom: this.#faults.cut(node, id, tick),
    };
  }

  #replica(replica: number): ReplicaFrame {
    const node = replicaNode(replica);
    const tick = this.#tick;
    return {
      state: this.#faults.crashed(node, tick)
        ? "crashed"
        : this.#faults.paused(node, tick)
        ? "paused"
        : "up",
      total: this.#options.replicas === 1
        ? this.#counted
        : this.#totals[replica] ?? 0,
    };
  }

  #stateOf({ id, generated, acknowledged }: Account): ServerState {
    const { spawnIntervalTicks, lifetimeTicks, delivery } = this.#options;
    const tick = this.#tick;
    const startTick = id * spawnIntervalTicks;
    if (tick < startTick) return "not started";
    if (this.#faults.crashed(id, tick)) return "crashed";
    if (this.#faults.paused(id, tick)) return "paused";
    const pending = generated - acknowledged;
    if (isStuck(delivery, pending)) return "stuck";
    const forgets = DELIVERY_TRAITS[delivery].silence === "forget";
    const isWaiting = pending > 0 && !forgets;
    const isOver = tick >= startTick + lifetimeTicks;
    if (isOver && !isWaiting) return "ended";
    return isWaiting ? "waiting" : "drawing";
  }

  #goTo(index: number): void {
    if (index < this.#index) this.#rewind();
    while (this.#index < index) this.#apply(this.#index++);
  }

  #rewind(): void {
    const { replicas } = this.#options;
    this.#index = 0;
    this.#reads = 0;
    this.#counted = 0;
    this.#totals.fill(0);
    this.#accounts = new Map(this.reel.servers.map((id) => [id, {
      ...{ id, generated: 0, acknowledged: 0, counted: 0 },
      ...{ replica: id % replicas, read: null },
    }]));
    this.#readers = Array.from({ length: this.reel.readers }, (_, id) => ({
      ...{ id, replica: id % replicas, isWaiting: false, read: null },
      ...{ over: 0, stale: 0 },
    }));
  }

  #apply(index: number): void {
    const event = this.reel.events[index] as HistoryEvent;
    const { kind, server, replica, reader, likes = 0, total } = event;
    const sums = this.reel.sums[index] ?? null;
    if (sums !== null) {
      // Of some likes servers only, what others deliver is no event here.
      if (this.reel.isWhole) this.#counted = sums.counted;
      else if (kind === "count") this.#counted += likes;
      if (replica !== undefined && sums.ofReplica !== undefined) {
        this.#totals[replica] = sums.ofReplica;
      }
    }
    if (kind === "read" || kind === "value" || kind === "lose") {
      this.#applyRead(event);
    }
    const account = server === undefined || reader !== undefined
      ? undefined
      : this.#accounts.get(server);
    if (account === undefined || total === undefined) return;
    if (kind === "draw") account.generated = total;
    else if (kind === "count") account.counted = sums?.ofServer ?? total;
    else if (kind === "ack") account.acknowledged = total;
    else if (kind === "send") account.replica = replica ?? 0;
  }

  #applyRead(event: HistoryEvent): void {
    const { kind, server, reader, replica } = event;
    const reading = reader === undefined ? undefined : this.#readers[reader];
    if (kind === "read") {
      if (reading === undefined) return;
      reading.isWaiting = true;
      reading.replica = replica ?? 0;
      return;
    }
    const read = this.reel.reads[this.#reads];
    const client = reader === undefined ? server : readerNode(reader);
    if (read === undefined || client !== read.client) return;
    const isEnd = kind === "value"
      ? read.outcome !== "unanswered"
      : read.outcome === "unanswered" && replica === undefined;
    if (!isEnd || read.endTick !== tickOf(event)) return;
    this.#reads++;
    if (reading !== undefined) {
      reading.isWaiting = false;
      reading.read = read;
      reading.over++;
      if (read.outcome === "stale") reading.stale++;
      return;
    }
    const account = this.#accounts.get(client ?? PRIMARY);
    if (account !== undefined) account.read = read;
  }
}
