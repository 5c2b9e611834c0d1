/**
 * Chance in the life of the messages of one kind.
 *
 * @module
 */

import { type Family, nextBits, type Streams } from "../domain/random.ts";
import { NEVER, TICKS_PER_MS } from "../domain/ticks.ts";
import type { LatencySampler } from "./latency_sampler.ts";

/**
 * The longest latency of a message once the faults are lifted: 10 ms.
 *
 * Latency itself goes on, as a network has it always; but it is a fault of the
 * plan and has to end like one, or nothing could be proved about what happens
 * afterwards. In mode `dedup` the draws of a long partition are delivered one
 * after the other: at 20 ms there and back, a hundred of them take 2 of the 10
 * s that are left, which with a report given up (2 s) and the longest wait (5
 * s) before is enough.
 */
export const LIFTED_LATENCY_TICKS_MAX = 10 * TICKS_PER_MS;

/** Numbers of a {@linkcode MessageChance}. */
export interface MessageChanceOptions {
  /** The random numbers of the run. */
  readonly streams: Streams;
  /** The family of those that are for messages of this kind. */
  readonly family: Family;
  /** The share of messages that are lost. */
  readonly loss: number;
  /** The share of those not lost that are copied. */
  readonly duplicate: number;
  /** The latency. */
  readonly latency: LatencySampler;
  /** The tick from which on nothing is lost or copied. */
  readonly endTick: number;
}

/**
 * Loss, copies and latency of the messages of one kind, as `Faults` tells of
 * them: apart, so that a run that sends millions of them looks nothing up.
 */
export class MessageChance {
  readonly #streams: Streams;
  readonly #family: Family;
  readonly #latency: LatencySampler;
  readonly #endTick: number;
  /**
   * A message is lost if its luck, taken without a sign, is below: 2^32 loses
   * all.
   */
  readonly #lossBelow: number;
  /**
   * A message is copied if its luck is at least this: from the other end, so
   * that more loss makes no other copies.
   */
  readonly #copyFrom: number;

  /**
   * Prepares for many questions.
   *
   * @param options The numbers.
   */
  constructor(options: MessageChanceOptions) {
    const { loss, duplicate } = options;
    this.#streams = options.streams;
    this.#family = options.family;
    this.#latency = options.latency;
    this.#endTick = options.endTick;
    this.#lossBelow = loss * 2 ** 32;
    // A share of what is not lost.
    this.#copyFrom = 2 ** 32 - duplicate * (2 ** 32 - this.#lossBelow);
  }

  /**
   * The luck of a message: 32 random bits.
   *
   * @param node Who asks: the sender of a request, the receiver of a reply.
   * @param n The number of its request, from 1.
   * @returns A whole number from -2^31 to 2^31 - 1.
   */
  luck(node: number, n: number): number {
    return this.#streams.bits(this.#family, node, n);
  }

  /** Whether a message with a luck, sent at a tick, is lost. */
  lost(luck: number, tick: number): boolean {
    return (luck >>> 0) < this.#lossBelow && tick < this.#endTick;
  }

  /** Whether a message with a luck, sent at a tick, is copied. */
  copied(luck: number, tick: number): boolean {
    return (luck >>> 0) >= this.#copyFrom && tick < this.#endTick;
  }

  /** The latency of a message with a luck, sent at a tick, in ticks. */
  latencyTicks(luck: number, tick: number): number {
    const ticksMax = Math.max(0, this.#endTick - tick) +
      LIFTED_LATENCY_TICKS_MAX;
    return this.#latency.ticks(nextBits(luck), ticksMax);
  }

  /** The latency of the copy of such a message. */
  copyLatencyTicks(luck: number, tick: number): number {
    return this.latencyTicks(nextBits(luck), tick);
  }

  /**
   * The tick at which a message would arrive, partitions and crashes aside.
   *
   * @param node Who asks.
   * @param n The number of its request, from 1.
   * @param tick When it is sent.
   * @returns The tick, NEVER if it is lost.
   */
  arrivalTick(node: number, n: number, tick: number): number {
    const luck = this.luck(node, n);
    return this.lost(luck, tick) ? NEVER : tick + this.latencyTicks(luck, tick);
  }

  /**
   * The tick at which the network's copy of a message would arrive that is not
   * lost, likewise.
   *
   * @param node Who asks.
   * @param n The number of its request.
   * @param tick When it is sent.
   * @returns The tick, NEVER if there is no copy.
   */
  copyArrivalTick(node: number, n: number, tick: number): number {
    if (this.#copyFrom === 2 ** 32) return NEVER;
    const luck = this.luck(node, n);
    return this.copied(luck, tick)
      ? tick + this.copyLatencyTicks(luck, tick)
      : NEVER;
  }
}
