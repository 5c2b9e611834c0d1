/**
 * Runs of the laboratory, in a worker.
 *
 * @module
 */
/// <reference lib="dom" />
import type { RunOptions } from "../../../options/run_options.ts";
import type { LabAnswer, LabRequest, RunRequest } from "../../lab/requests.ts";

/** Runs in a worker. A new request ends the one before. */
export class LabRunner {
  readonly #onAnswer: (answer: LabAnswer) => void;
  readonly #program: string;
  readonly #makeWorker: () => Worker;
  #worker: Worker | null = null;
  #isBusy = false;

  /**
   * @param onAnswer Called with each answer, also of progress.
   * @param program The program of command lines.
   * @param makeWorker Makes a worker that answers requests.
   */
  constructor(
    onAnswer: (answer: LabAnswer) => void,
    program: string,
    makeWorker: () => Worker,
  ) {
    this.#onAnswer = onAnswer;
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
      if (worker !== this.#worker) return;
      this.#isBusy = data.kind === "progress";
      this.#onAnswer(data);
    });
    worker.addEventListener("error", (event) => {
      this.stop();
      const message = `The run failed: ${event.message}`;
      this.#onAnswer({ kind: "failed", message });
    });
    return worker;
  }
}
