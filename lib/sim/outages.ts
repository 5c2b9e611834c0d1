/**
 * Processes that are down or stand still, and the schedule of what happens to
 * them.
 *
 * @module
 */

import { isReplica, replicaOf } from "../domain/nodes.ts";
import type { Transition } from "../faults/transitions.ts";
import { NEVER } from "../domain/ticks.ts";

/** The scheduled faults of a run, walked through as time goes on. */
export class Outages {
  /**
   * Whether nothing is scheduled at all, no partition either: then nobody has
   * to ask what is in force.
   */
  readonly areNone: boolean;
  /** The tick of the next transition, NEVER behind the last. */
  nextTick: number;

  readonly #transitions: readonly Transition[];
  #next = 0;
  /** Whether likes servers can stand still, and until when each does. */
  readonly #pauses: boolean;
  readonly #pausedUntil: Int32Array;
  /** Whether each replica is down, and until when it stands still. */
  readonly #isReplicaDown: Uint8Array;
  readonly #replicaPausedUntil: Int32Array;
  /** The planned tick of the next draw of each likes server that is down. */
  readonly #down = new Map<number, number>();

  /**
   * Stands before the first transition.
   *
   * @param transitions All that is going to, in order.
   * @param servers Number of likes servers.
   * @param replicas Number of replicas.
   */
  constructor(
    transitions: readonly Transition[],
    servers: number,
    replicas: number,
  ) {
    this.#transitions = transitions;
    this.nextTick = transitions[0]?.tick ?? NEVER;
    this.areNone = transitions.length === 0;
    this.#pauses = transitions.some(({ kind }) => kind === "pause");
    this.#pausedUntil = new Int32Array(this.#pauses ? servers : 0);
    this.#isReplicaDown = new Uint8Array(replicas);
    this.#replicaPausedUntil = new Int32Array(replicas);
  }

  /**
   * Goes on to the next transition.
   *
   * @returns It, or undefined behind the last.
   */
  next(): Transition | undefined {
    const transition = this.#transitions[this.#next++];
    this.nextTick = this.#transitions[this.#next]?.tick ?? NEVER;
    return transition;
  }

  /** Whether a likes server is down that is started again later. */
  isRestartPending(): boolean {
    return this.#toCome.some((transition) =>
      transition.kind === "restart" && this.isDown(transition.process)
    );
  }

  /**
   * The later ends of what is in force for replicas: each is down, or stands
   * still, never both.
   */
  *endingsOfReplicas(): Generator<
    { readonly process: number; readonly kind: "restart" | "resume" }
  > {
    const seen = new Set<number>();
    for (const transition of this.#toCome) {
      if (!("process" in transition)) continue;
      const { process, kind } = transition;
      if (!isReplica(process) || seen.has(process)) continue;
      seen.add(process);
      if (kind === "restart" || kind === "resume") yield { process, kind };
    }
  }

  /**
   * Whether a process is started again later, as of the transition that was the
   * last to be walked to.
   */
  comesBack(process: number): boolean {
    return this.#toCome.some((transition) =>
      transition.kind === "restart" && transition.process === process
    );
  }

  get #toCome(): readonly Transition[] {
    return this.#transitions.slice(this.#next);
  }

  /** Whether a replica is down. */
  isReplicaDown(replica: number): boolean {
    return this.#isReplicaDown[replica] === 1;
  }

  /** A replica is killed, or started again. */
  setReplicaDown(replica: number, isDown: boolean): void {
    this.#isReplicaDown[replica] = isDown ? 1 : 0;
  }

  /** Until when a replica stands still, a tick in the past if it does not. */
  replicaPausedUntil(replica: number): number {
    return this.#replicaPausedUntil[replica] as number;
  }

  /** Whether a likes server is down. */
  isDown(server: number): boolean {
    return this.#down.size > 0 && this.#down.has(server);
  }

  /** Whether a likes server is down, or stands still. */
  isAway(server: number, now: number): boolean {
    return this.isDown(server) || this.pausedUntil(server) > now;
  }

  /**
   * Until when a likes server stands still, a tick in the past if it does not.
   */
  pausedUntil(server: number): number {
    return this.#pauses ? this.#pausedUntil[server] as number : 0;
  }

  /**
   * A likes server is killed.
   *
   * @param server Which.
   * @param drawAt The planned tick of its next draw.
   */
  crash(server: number, drawAt: number): void {
    this.#down.set(server, drawAt);
  }

  /**
   * A likes server is started again.
   *
   * @param server Which.
   * @returns The planned tick of its next draw when it was killed.
   */
  restart(server: number): number {
    const drawAt = this.#down.get(server) ?? NEVER;
    this.#down.delete(server);
    return drawAt;
  }

  /**
   * A process is stopped, by the transition that was the last to be walked to.
   *
   * @param process A likes server, or a replica.
   */
  pause(process: number): void {
    const until = this.#resumeTick(process);
    if (isReplica(process)) {
      this.#replicaPausedUntil[replicaOf(process)] = until;
    } else this.#pausedUntil[process] = until;
  }

  #resumeTick(process: number): number {
    for (let i = this.#next; i < this.#transitions.length; i++) {
      const transition = this.#transitions[i];
      if (transition?.kind === "resume" && transition.process === process) {
        return transition.tick;
      }
    }
    return NEVER;
  }
}
