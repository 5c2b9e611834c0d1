// deno-lint-ignore-file no-console
/**
 * One measurement of an exploration, in a process of its own: a JSON object on
 * standard output.
 *
 * ```sh
 * deno run tests/bench/explore_run.ts '{"bounds":{"draws":3},"statesMax":1000000}'
 * ```
 *
 * @module
 */

import { Exploration } from "../../lib/explore/exploration.ts";
import { type Bounds, DEFAULT_BOUNDS } from "../../lib/explore/model/bounds.ts";

/** What is to be measured. */
export interface ExploreRunRequest {
  /** Bounds that differ from the usual ones. */
  readonly bounds: Partial<Bounds>;
  /** The most states to see; left out: all. */
  readonly statesMax?: number;
}

/** What was measured. */
export interface ExploreRunResult {
  /** States seen. */
  readonly states: number;
  /** Seconds that it took, from bounds to result. */
  readonly seconds: number;
  /** The most memory of the process, in bytes. */
  readonly rssBytes: number;
}

/** States between two looks at the memory. */
const SLICE_STATES = 50_000;

function measure({ bounds, statesMax }: ExploreRunRequest): ExploreRunResult {
  const beganMs = performance.now();
  const exploration = new Exploration(
    { ...DEFAULT_BOUNDS, ...bounds },
    statesMax,
  );
  let rssBytes = 0;
  while (!exploration.advance(SLICE_STATES)) {
    rssBytes = Math.max(rssBytes, Deno.memoryUsage().rss);
  }
  const { states, holds } = exploration.result();
  // Null where it was stopped with nothing wrong so far.
  if (holds === false) throw new Error("Something does not hold");
  rssBytes = Math.max(rssBytes, Deno.memoryUsage().rss);
  const seconds = (performance.now() - beganMs) / 1000;
  return { states, seconds, rssBytes };
}

if (import.meta.main) {
  const request: ExploreRunRequest = JSON.parse(Deno.args[0] ?? "{}");
  console.log(JSON.stringify(measure(request)));
}
