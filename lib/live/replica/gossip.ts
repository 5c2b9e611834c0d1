/**
 * The exchanges that a replica begins.
 *
 * @module
 */

import { Streams } from "../../domain/random.ts";
import { TICKS_PER_MS } from "../../domain/ticks.ts";
import { exponential } from "../../faults/distributions.ts";
import {
  type GossipInterval,
  gossipPartner,
  GossipWaits,
} from "../../rules/choice.ts";
import { isIoError } from "../../platform/io_error.ts";
import { PeerConnection } from "./peer_connection.ts";
import { ExchangeError, type Replica } from "./replica.ts";

/**
 * The most exchanges with one peer at once. Where replies are lost, new
 * exchanges are begun while the ones before still wait.
 */
const EXCHANGES_PEER_MAX = 16;

/** Options of gossip. */
export interface GossipOptions {
  /**
   * Ports of the other replicas at 127.0.0.1, in the order of their numbers.
   */
  readonly peers: readonly number[];
  /** Wait from the start of an exchange to the next. */
  readonly interval: GossipInterval;
  /** Partners and waits come from it. */
  readonly seed: number;
}

/** Begins exchanges, one after each wait, until it is closed. */
export class Gossip {
  readonly #replica: Replica;
  readonly #options: GossipOptions;
  readonly #streams: Streams;
  readonly #waits: GossipWaits;
  /** The exchanges that run, by the peer's number. */
  readonly #running: Set<PeerConnection>[];
  #exchanges = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Begins to wait for the first exchange.
   *
   * @param replica Who begins them
   * @param options With whom and when
   */
  constructor(replica: Replica, options: GossipOptions) {
    this.#replica = replica;
    this.#options = options;
    const { number, replicas, epoch } = replica.parts;
    this.#streams = new Streams(options.seed);
    this.#waits = new GossipWaits(this.#streams, options.interval, exponential);
    this.#running = Array.from({ length: replicas }, () => new Set());
    // A process does not know how often there was one before it.
    const life = epoch % 2 ** 20;
    this.#waitFor(this.#waits.first(number, life));
  }

  /** Begins no other exchange, and gives up those that run. */
  close(): void {
    clearTimeout(this.#timer);
    for (const running of this.#running) {
      for (const connection of running) connection.close();
    }
  }

  #waitFor(ticks: number): void {
    this.#timer = setTimeout(() => this.#begin(), ticks / TICKS_PER_MS);
  }

  #begin(): void {
    const { number, replicas } = this.#replica.parts;
    const exchange = ++this.#exchanges;
    this.#waitFor(this.#waits.after(number, exchange));
    const peer = gossipPartner(this.#streams, number, exchange, replicas);
    this.#exchange(peer);
  }

  /** Holds an exchange; if it fails, that has cost time and nothing else. */
  async #exchange(peer: number): Promise<void> {
    const replica = this.#replica;
    const { counters } = replica;
    const running = this.#running[peer] as Set<PeerConnection>;
    counters.exchangesBegun++;
    if (running.size >= EXCHANGES_PEER_MAX) {
      counters.exchangesFailed++;
      return;
    }
    const connection = new PeerConnection(counters);
    running.add(connection);
    try {
      await connection.open(this.#portOf(peer));
      while (await this.#ask(peer, connection));
      counters.exchangesCompleted++;
    } catch (error) {
      counters.exchangesFailed++;
      if (!(error instanceof ExchangeError || isIoError(error))) throw error;
    } finally {
      running.delete(connection);
      connection.close();
    }
  }

  /**
   * Sends a request and takes its reply.
   *
   * @returns Whether the next request follows at once
   */
  async #ask(peer: number, connection: PeerConnection): Promise<boolean> {
    const replica = this.#replica;
    const request = replica.request(peer);
    if (request === undefined) {
      throw new ExchangeError("What it tells is not logged");
    }
    await replica.parts.commits.settled();
    await connection.send(request.finish());
    return await replica.takeReply(request.header, peer, connection);
  }

  #portOf(peer: number): number {
    const { number } = this.#replica.parts;
    return this.#options.peers[peer < number ? peer : peer - 1] as number;
  }
}
