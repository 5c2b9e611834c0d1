/**
 * The acknowledgements that likes servers answer with a read of their own item.
 *
 * @module
 */

/** Milliseconds by which two clocks may differ: those of lines have ticks. */
const TICK_MS = 0.1;

/** An acknowledgement that was handed over. */
interface Acknowledgement {
  /** The moment at which it was due. */
  readonly dueMs: number;
  /** The moment at which it was handed over. */
  readonly atMs: number;
}

/**
 * Knows when an own read was due: `--read-after` after the acknowledgement that
 * it follows. A machine takes its time to hand that over and to let the likes
 * server run, and that is a part of the read's way, as it is of the way of a
 * replica's reply.
 *
 * @example Usage
 * ```ts
 * import { ReadCauses } from "./read_causes.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const causes = new ReadCauses(0);
 * causes.acknowledged(3, { dueMs: 100, atMs: 101 });
 * assertEquals(causes.dueMs(3, 102.5), 100);
 * assertEquals(causes.dueMs(4, 102.5), undefined);
 * ```
 */
export class ReadCauses {
  readonly #afterMs: number;
  /** By likes server, in the order in which they were handed over. */
  readonly #acknowledged = new Map<number, Acknowledgement[]>();

  /** @param afterMs Milliseconds from an acknowledgement to its read. */
  constructor(afterMs: number) {
    this.#afterMs = afterMs;
  }

  /**
   * An acknowledgement is handed over.
   *
   * @param server The likes server's id.
   * @param acknowledgement When, and when it was due.
   */
  acknowledged(server: number, acknowledgement: Acknowledgement): void {
    const all = this.#acknowledged.get(server);
    if (all === undefined) this.#acknowledged.set(server, [acknowledgement]);
    else all.push(acknowledgement);
  }

  /**
   * The moment at which a read was due.
   *
   * @param server The likes server's id.
   * @param sentMs The moment at which it sent the read.
   * @returns The moment; undefined: it follows no acknowledgement that passed
   * here.
   */
  dueMs(server: number, sentMs: number): number | undefined {
    const all = this.#acknowledged.get(server) ?? [];
    const latestMs = sentMs + TICK_MS - this.#afterMs;
    const index = all.findLastIndex(({ atMs }) => atMs <= latestMs);
    const cause = all[index];
    if (cause === undefined) return undefined;
    all.splice(0, index);
    return cause.dueMs + this.#afterMs;
  }
}
