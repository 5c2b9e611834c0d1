/**
 * Runs of the laboratory, in a worker.
 *
 * @module
 */
/// <reference lib="dom" />
import type { RunOptions } from "../../../options/run_options.ts";
import type { QuorumComparison } from "../../terminal/quorums_table.ts";
import type { Explored } from "../../lab/exploration.ts";
import type { LabRun } from "../../lab/lab_run.ts";
import type {
  ComparedModes,
  LabAnswer,
  LabRequest,
  RunRequest,
} from "../../lab/requests.ts";

/** Callbacks of a request. */
export interface LabWatcher {
  /** Called with the share that is done, 0 to 1. */
  readonly onProgress: (share: number) => void;
  /** Called with a run that is done. */
  readonly onRun: (run: LabRun) => void;
  /** Called with a comparison that is done. */
  readonly onCompared: (compared: ComparedModes) => void;
  /** Called with a comparison of quorums that is done. */
  readonly onQuorums: (comparison: QuorumComparison) => void;
  /** Called with an exploration that is done. */
  readonly onExplored: (explored: Explored) => void;
  /** Called with the reason for which a request cannot be answered. */
  readonly onFailed: (message: string) => void;
}

/** Runs in a worker. A new request ends the one before. */
export class LabRunner {
  readonly #watcher: LabWatcher;
  readonly #program: string;
  readonly #makeWorker: () => Worker;
  #worker: Worker | null = null;
  #isBusy = false;

  /**
   * @param watcher The callbacks.
   * @param program The program of command lines.
   * @param makeWorker Makes a worker that answers requests.
   */
  constructor(
    watcher: LabWatcher,
    program: string,
    makeWorker: () => Worker,
  ) {
    this.#watcher = watcher;
    this.#program = program;
    this.#makeWorker = makeWorker;
  }

  /**
   * Asks for a run, for all modes or for all quorums.
   *
   * @param kind The request.
   * @param options The run.
   */
  ask(kind: RunRequest["kind"], options: RunOptions): void {
    this.#post({ kind, options, program: this.#program });
  }

  /**
   * Asks for an exploration.
   *
   * @param words The words of a command line behind `explore`.
   */
  explore(words: readonly string[]): void {
    this.#post({ kind: "explore", words });
  }

  #post(request: LabRequest): void {
    // A worker that runs does not listen: only its end stops it.
    if (this.#isBusy) this.stop();
    const worker = this.#worker ?? this.#start();
    this.#worker = worker;
    this.#isBusy = true;
    worker.postMessage(request);
  }

  /** Ends the request that has not been answered yet. */
  stop(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#isBusy = false;
  }

  #start(): Worker {
    const worker = this.#makeWorker();
    worker.addEventListener("message", ({ data }: MessageEvent<LabAnswer>) => {
      // What a worker had said before it was stopped is of no matter.
      if (worker === this.#worker) this.#hear(data);
    });
    worker.addEventListener("error", (event) => {
      this.stop();
      this.#watcher.onFailed(`The run failed: ${event.message}`);
    });
    return worker;
  }

  #hear(answer: LabAnswer): void {
    const { onProgress, onRun, onCompared, onQuorums, onExplored, onFailed } =
      this.#watcher;
    if (answer.kind === "progress") {
      onProgress(answer.share);
      return;
    }
    this.#isBusy = false;
    if (answer.kind === "run") onRun(answer.run);
    else if (answer.kind === "compared") onCompared(answer.compared);
    else if (answer.kind === "quorums") onQuorums(answer.comparison);
    else if (answer.kind === "explored") onExplored(answer.explored);
    else onFailed(answer.message);
  }
}
