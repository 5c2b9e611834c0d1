/**
 * The work of the laboratory's worker.
 *
 * @module
 */

import { modesOf } from "../../options/compared_runs.ts";
import { compareQuorums } from "./compare_quorums.ts";
import { explore } from "./exploration.ts";
import { type LabRun, runLab } from "./lab_run.ts";
import type {
  ComparedModes,
  LabAnswer,
  LabRequest,
  RunRequest,
} from "./requests.ts";

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
  const onProgress = (share: number) => tell({ kind: "progress", share });
  try {
    if (request.kind === "explore") {
      return { kind: "explored", explored: explore(request.words, onProgress) };
    }
    if (request.kind === "compare") {
      return { kind: "compared", compared: compare(request, tell) };
    }
    const { options, program } = request;
    if (request.kind === "quorums") {
      const comparison = compareQuorums(options, program, onProgress);
      return { kind: "quorums", comparison };
    }
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
  { options, program }: RunRequest,
  tell: (answer: LabAnswer) => void,
): ComparedModes {
  const { allowed, refused } = modesOf(options);
  const modes = allowed.map((delivery, done) => {
    const { verdict, picture }: LabRun = runLab({ ...options, delivery }, {
      program,
      hasReel: false,
      onProgress: (share) =>
        tell({ kind: "progress", share: (done + share) / allowed.length }),
    });
    return { delivery, verdict, picture };
  });
  return { modes, refused };
}
