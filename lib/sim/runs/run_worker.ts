/**
 * The thread of `many.ts`: runs in, outcomes out.
 *
 * @module
 */

import { type Outcome, outcomeOf, type WorkerRequest } from "./many.ts";

/** The global scope of a worker, of which the types of a page know nothing. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<WorkerRequest>) => void) | null;
  postMessage(outcomes: Outcome[]): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.onmessage = ({ data }) => {
  scope.postMessage(
    data.runs.map((options) => outcomeOf(options, data.check)),
  );
};
