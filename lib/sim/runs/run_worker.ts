/**
 * The thread of `many.ts`: runs in, outcomes out.
 *
 * @module
 */

import type { Outcome } from "../../verdict/runs/figures.ts";
import { outcomeOf, type WorkerReply, type WorkerRequest } from "./many.ts";

/** The global scope of a worker, of which the types of a page know nothing. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<WorkerRequest>) => void) | null;
  postMessage(outcomes: WorkerReply): void;
}

/**
 * Messages of a run up to which its outcome waits for the next ones: to tell
 * each of short runs by itself would cost more than some of them do, and nothing
 * that took long may be lost where the program is killed.
 */
const MESSAGES_TOLD_TOGETHER = 10_000;

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

function messagesOf({ verdict }: Outcome): number {
  if (verdict === undefined) return MESSAGES_TOLD_TOGETHER;
  const { messages = 0, gossip, reads } = verdict;
  return messages + (gossip?.messages ?? 0) + (reads?.count ?? 0);
}
