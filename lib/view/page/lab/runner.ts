/**
 * Runs of the laboratory, in a worker.
 *
 * @module
 */
/// <reference lib="dom" />
import type { RunOptions } from "../../../options/run_options.ts";
import type { LabRun } from "../../lab/lab_run.ts";
import type {
  ComparedMode,
  LabAnswer,
  LabRequest,
} from "../../lab/requests.ts";

/** Callbacks of a request. */
export interface LabWatcher {
  /** Called with the share that is done, 0 to 1. */
  readonly onProgress: (share: number) => void;
  /** Called with a run that is done. */
  readonly onRun: (run: LabRun) => void;
  /** Called with a comparison that is done. */
  readonly onCompared: (modes: readonly ComparedMode[]) => void;
  /** Called with the reason for which a request cannot be answered. */
  readonly onFailed: (message: string) => void;
}

/** Runs in a worker. A new request ends the one before. */
export class LabRunner {
  readonly #watcher: LabWatcher;
  readonly #program: string;
  #worker: Worker | null = null;
  #isBusy = false;

  /**
   * @param watcher The callbacks.
   * @param program The program of command lines.
   */
  constructor(watcher: LabWatcher, program: string) {
    this.#watcher = watcher;
    this.#program = program;
  }

  /**
   * Asks for a run, or for all modes.
   *
   * @param kind `run` for the one, `compare` for the other.
   * @param options The run.
   */
  ask(kind: LabRequest["kind"], options: RunOptions): void {
    // A worker that runs does not listen: only its end stops it.
    if (this.#isBusy) this.stop();
    const worker = this.#worker ?? this.#start();
    this.#worker = worker;
    this.#isBusy = true;
    const request: LabRequest = { kind, options, program: this.#program };
    worker.postMessage(request);
  }

  /** Ends the request that has not been answered yet. */
  stop(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#isBusy = false;
  }

  #start(): Worker {
    const worker = new Worker("lab_worker.js");
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
    const { onProgress, onRun, onCompared, onFailed } = this.#watcher;
    if (answer.kind === "progress") {
      onProgress(answer.share);
      return;
    }
    this.#isBusy = false;
    if (answer.kind === "run") onRun(answer.run);
    else if (answer.kind === "compared") onCompared(answer.modes);
    else onFailed(answer.message);
  }
}
