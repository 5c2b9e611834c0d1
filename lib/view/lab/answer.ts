/**
 * The work of the laboratory's worker.
 *
 * @module
 */

import { DELIVERIES } from "../../domain/delivery.ts";
import { type LabRun, runLab } from "./lab_run.ts";
import type { ComparedMode, LabAnswer, LabRequest } from "./requests.ts";

/**
 * Answers a request of the page.
 *
 * @param request The request.
 * @param tell Called with answers that report progress.
 * @param clock A clock in milliseconds.
 * @returns The last answer.
 *
 * @example Usage
 * ```ts
 * import { answer } from "./answer.ts";
 * import { DEFAULT_SETTING } from "./setting.ts";
 * import { assert } from "@std/assert";
 *
 * const options = { ...DEFAULT_SETTING, drainTicks: 0.5 };
 * const answered = answer({ kind: "run", options, program: "likes" }, () => {}, () => 0);
 * assert(answered.kind === "failed");
 * ```
 */
export function answer(
  request: LabRequest,
  tell: (answer: LabAnswer) => void,
  clock: () => number,
): LabAnswer {
  try {
    if (request.kind === "compare") {
      return { kind: "compared", modes: compare(request, tell) };
    }
    const { options, program } = request;
    const onProgress = (share: number) => tell({ kind: "progress", share });
    return {
      kind: "run",
      run: runLab(options, { program, clock, onProgress }),
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: "failed", message };
  }
}

function compare(
  { options, program }: LabRequest,
  tell: (answer: LabAnswer) => void,
): ComparedMode[] {
  return DELIVERIES.map((delivery, done) => {
    const { verdict, picture }: LabRun = runLab({ ...options, delivery }, {
      program,
      hasReel: false,
      onProgress: (share) =>
        tell({
          kind: "progress",
          share: (done + share) / DELIVERIES.length,
        }),
    });
    return { delivery, verdict, picture };
  });
}
