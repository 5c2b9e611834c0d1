/**
 * The thread of `many.ts`: runs in, outcomes out.
 *
 * @module
 */

import type { Outcome } from "../../verdict/runs/figures.ts";
import {
  MESSAGES_TOLD_TOGETHER,
  messagesOf,
  outcomeOf,
  type WorkerReply,
  type WorkerRequest,
} from "./many.ts";

/** The global scope of a worker, of which the types of a page know nothing. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<WorkerRequest>) => void) | null;
  postMessage(outcomes: WorkerReply): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.onmessage = ({ data: { runs, check } }) => {
  let outcomes: Outcome[] = [];
  let messages = 0;
  for (const options of runs) {
    const outcome = outcomeOf(options, check);
    outcomes.push(outcome);
    messages += messagesOf(outcome);
    if (messages < MESSAGES_TOLD_TOGETHER) continue;
    scope.postMessage(outcomes);
    outcomes = [];
    messages = 0;
  }
  if (outcomes.length > 0) scope.postMessage(outcomes);
};
