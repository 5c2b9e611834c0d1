/**
 * The luck of each message of a run, by the numbers that the run itself gives
 * its messages.
 *
 * @module
 */

import { replicaOf } from "../../../domain/nodes.ts";
import type { Faults } from "../../../faults/force.ts";
import {
  replicasAsked,
  type RunOptions,
} from "../../../options/run_options.ts";
import { repairNumber } from "../../../rules/read_repair.ts";
import { type Flight, messageKindOf } from "./flight.ts";

/**
 * Tells the luck of messages, which are given in the order of their sending.
 */
export class FlightLuck {
  readonly #faults: Faults;
  readonly #options: RunOptions;
  /** The place of each replica among those that a read asked, by read. */
  readonly #places = new Map<string, Map<number, number>>();

  /**
   * @param faults The faults of the run.
   * @param options The run.
   */
  constructor(faults: Faults, options: RunOptions) {
    this.#faults = faults;
    this.#options = options;
  }

  /**
   * The luck of a message: all that chance does to it.
   *
   * @param flight The message; of a question of a read, each once before its
   * answer.
   * @returns 32 random bits.
   */
  of(
    flight: Pick<
      Flight,
      "kind" | "isReply" | "from" | "to" | "attempt" | "send"
    >,
  ): number {
    const { isReply, from, to } = flight;
    const client = isReply ? to : from;
    const asked = isReply ? from : to;
    const kind = messageKindOf(flight);
    return this.#faults.luck(
      kind,
      flight.kind === "report" ? this.#row(client, asked) : client,
      this.#numberOf(flight, client, asked),
    );
  }

  /**
   * The row of a likes server, which has one for each replica it reports to.
   */
  #row(server: number, replica: number): number {
    const { writeTo, replicas } = this.#options;
    return writeTo === "all" ? server * replicas + replicaOf(replica) : server;
  }

  /** The number of a message among those of the node that asked. */
  #numberOf(
    { kind, attempt, send }: Pick<Flight, "kind" | "attempt" | "send">,
    client: number,
    asked: number,
  ): number {
    if (kind === "repair") {
      const { replicas } = this.#options;
      return repairNumber(attempt, send, replicaOf(asked), replicas);
    }
    if (kind !== "read") return attempt;
    return (attempt - 1) * replicasAsked(this.#options) +
      this.#placeOf(client, attempt, asked) + 1;
  }

  #placeOf(client: number, attempt: number, asked: number): number {
    if (this.#options.readFrom === "home") return 0;
    if (this.#options.readFrom === "all") return replicaOf(asked);
    const key = `${client} ${attempt}`;
    let places = this.#places.get(key);
    if (places === undefined) this.#places.set(key, places = new Map());
    let place = places.get(asked);
    if (place === undefined) places.set(asked, place = places.size);
    return place;
  }
}
