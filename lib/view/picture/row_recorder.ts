/**
 * The row of one likes server.
 *
 * @module
 */
import type { ServerRow, ServerState } from "./picture.ts";
import { Sparkline } from "./sparkline.ts";

/** The numbers of a likes server at a moment. Left out: not known. */
export interface ServerSample {
  /** The state of the likes server. */
  readonly state: ServerState;
  /** Likes it generated. */
  readonly generated?: number | undefined;
  /** Likes of it that were acknowledged. */
  readonly acknowledged?: number | undefined;
  /** Likes of it at the primary. */
  readonly counted?: number | undefined;
}

/** Gathers the row of one likes server. */
export class RowRecorder {
  /** Id of the likes server. */
  readonly id: number;
  readonly #line: Sparkline;
  #sample: ServerSample = { state: "not started" };

  /**
   * @param id Id of the likes server.
   * @param slotSeconds Length of a slot of its sparkline, in seconds.
   */
  constructor(id: number, slotSeconds: number) {
    this.id = id;
    this.#line = new Sparkline(slotSeconds);
  }

  /** The last numbers. */
  get sample(): ServerSample {
    return this.#sample;
  }

  /** Likes by which its total at the primary is off. */
  get behind(): number {
    const { generated, counted } = this.#sample;
    if (counted === undefined) return 0;
    // Where nobody knows what was generated, those with the most likes come
    // first.
    return generated === undefined ? counted : Math.abs(generated - counted);
  }

  /**
   * Takes its numbers at a moment.
   *
   * @param seconds The moment, since the start.
   * @param sample The numbers.
   */
  take(seconds: number, sample: ServerSample): void {
    this.#sample = sample;
    const { generated, counted } = sample;
    if (generated !== undefined && counted !== undefined) {
      this.#line.add(seconds, generated - counted);
    }
  }

  /**
   * The row.
   *
   * @returns Plain data.
   */
  row(): ServerRow {
    const { state, generated, acknowledged, counted } = this.#sample;
    return {
      id: this.id,
      state,
      generated: generated ?? null,
      acknowledged: acknowledged ?? null,
      counted: counted ?? null,
      gaps: [...this.#line.values],
    };
  }
}
