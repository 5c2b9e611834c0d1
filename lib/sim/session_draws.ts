/**
 * The draws of a session, where a crash has skipped some.
 *
 * @module
 */

import type { DrawPlan } from "../rules/draws.ts";
import type { Draws } from "../rules/report_sender.ts";

/**
 * After which draw of a session how many numbers have been skipped in all: flat
 * pairs, in order.
 */
type Skips = number[];

/**
 * Looks up the likes of past draws. The draw plan numbers draws by k; a session
 * numbers those that happened by seq. The two part where a crash made a likes
 * server skip draws.
 *
 * @example After the crash behind its second draw, a likes server skipped three
 * ```ts
 * import { SessionDraws } from "./session_draws.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const draws = new SessionDraws({ draw: (_server, k) => k, likes: (k) => k });
 * draws.skipped(0, 2, 3);
 * assertEquals([draws.likes(0, 1), draws.likes(0, 2), draws.likes(0, 3)], [1, 2, 6]);
 * ```
 */
export class SessionDraws implements Draws {
  readonly #plan: Pick<DrawPlan, "draw" | "likes">;
  readonly #skips = new Map<number, Skips>();

  /**
   * Begins with sessions that have skipped no draw.
   *
   * @param plan Draws by k.
   */
  constructor(plan: Pick<DrawPlan, "draw" | "likes">) {
    this.#plan = plan;
  }

  /**
   * A likes server skipped draws.
   *
   * @param server The likes server.
   * @param seq The last draw that happened before.
   * @param count How many were skipped.
   */
  skipped(server: number, seq: number, count: number): void {
    if (count === 0) return;
    let skips = this.#skips.get(server);
    if (skips === undefined) {
      skips = [];
      this.#skips.set(server, skips);
    }
    skips.push(seq, (skips.at(-1) ?? 0) + count);
  }

  /** @inheritdoc */
  likes(server: number, seq: number): number {
    const k = seq + this.#skippedBefore(server, seq);
    return this.#plan.likes(this.#plan.draw(server, k));
  }

  #skippedBefore(server: number, seq: number): number {
    if (this.#skips.size === 0) return 0;
    const skips = this.#skips.get(server);
    if (skips === undefined) return 0;
    let at = skips.length - 2;
    while (at >= 0 && (skips[at] as number) >= seq) at -= 2;
    return at < 0 ? 0 : skips[at + 1] as number;
  }
}
