/**
 * The readers of a live run: started, listened to, ended with the run.
 *
 * @module
 */

import { readerNode } from "../../domain/nodes.ts";
import { runEndTick } from "../../faults/plan.ts";
import type { RunOptions } from "../../options/run_options.ts";
import type { ReadMeasures } from "../../verdict/read_meter.ts";
import { messageOf } from "../../platform/start_error.ts";
import { parseReaderLine } from "./lines.ts";
import { readerArguments, type ReaderOptions } from "./options.ts";
import { netPermission } from "../worker/options.ts";
import { TIME_QUESTION } from "../worker/run_clock.ts";
import { Child } from "../run/child.ts";
import type { SentReports } from "../network/sent_reports.ts";
import type { ReadJudge } from "./read_judge.ts";

/** Settings of the readers of a run. */
export interface ReadersOptions {
  /** The run. */
  readonly run: RunOptions;
  /** The ports that a reader connects to, by replica. */
  readonly portsOf: (reader: number) => readonly number[];
  /** Ticks of 0.1 ms since the run's start. */
  readonly now: () => number;
  /** Judges what they were told. */
  readonly judge: ReadJudge;
  /** Takes announcements of what they send. */
  readonly sent: SentReports;
  /** Called with each read that is given up: who reads, what, which read. */
  readonly onUnanswered: (node: number, item: number, read: number) => void;
  /** Called with each line that a reader prints. */
  readonly onLine: (name: string, line: string) => void;
  /** Called with each warning and error. */
  readonly onNote: (text: string) => void;
}

/** The readers of a run, a process each. */
export class Readers {
  readonly #options: ReadersOptions;
  readonly #children = new Set<Child>();
  readonly #lives: Promise<void>[] = [];
  /** By reader: the likes server that it reads, or read last. */
  readonly #items: number[] = [];
  #isEnding = false;

  /**
   * Starts them.
   *
   * @param options What they need.
   */
  constructor(options: ReadersOptions) {
    this.#options = options;
    for (let reader = 0; reader < options.run.readers; reader++) {
      this.#lives.push(this.#live(reader));
    }
  }

  /** Measures of their reads so far. */
  get measures(): ReadMeasures {
    return this.#options.judge.measures;
  }

  /**
   * Waits until each has read to its end.
   *
   * @returns Fulfils when none is left.
   */
  async ended(): Promise<void> {
    await Promise.all(this.#lives);
  }

  /**
   * Ends all, at once: a read that waits for its answer counts neither as
   * answered nor as unanswered.
   *
   * @returns Fulfils when none is left.
   */
  async stop(): Promise<void> {
    this.#isEnding = true;
    for (const child of this.#children) child.kill("SIGKILL");
    await this.ended();
  }

  async #live(reader: number): Promise<void> {
    const { onNote, onLine, now } = this.#options;
    const name = `Reader${reader}`;
    const options = this.#readerOptions(reader);
    let child: Child;
    try {
      child = new Child({
        role: "reader",
        permissions: [netPermission(options.ports)],
        args: readerArguments(options),
        onLine: (line) => {
          if (line === TIME_QUESTION) return child.write(`${now()}`);
          onLine(name, line);
          this.#take(reader, line);
        },
        onErrorLine: (text) => onNote(`${name}: ${text}`),
      });
    } catch (error) {
      onNote(`Cannot start ${name}: ${messageOf(error)}`);
      return;
    }
    this.#children.add(child);
    const { code, signal } = await child.ended;
    this.#children.delete(child);
    if (this.#isEnding || code === 0) return;
    const how = signal === null ? `with code ${code}` : `by ${signal}`;
    onNote(`${name} ended ${how} and reads no more`);
  }

  #take(reader: number, text: string): void {
    const { judge, sent, run, onUnanswered } = this.#options;
    const line = parseReaderLine(text);
    if (line === undefined) return;
    const { kind, read, send, replicas = [] } = line;
    const node = readerNode(reader);
    switch (kind) {
      case "read":
      case "repair": {
        const asked = kind === "read" ? `READ ${line.text}` : line.text;
        if (kind === "read") this.#items[reader] = serverOf(line.text);
        sent.announceRead(
          node,
          {
            ...{ read, replicas, text: asked },
            ...send !== undefined && { send },
          },
          run.replicas,
        );
        break;
      }
      case "value":
        judge.answered(node, read, line.text);
        break;
      case "no answer":
        judge.unanswered(node, read);
        onUnanswered(node, this.#items[reader] ?? 0, read);
    }
  }

  #readerOptions(reader: number): ReaderOptions {
    const { run, portsOf } = this.#options;
    return {
      reader,
      servers: run.servers,
      ports: portsOf(reader),
      seed: run.seed,
      endTicks: runEndTick(run),
      readIntervalMinTicks: run.readIntervalMinTicks,
      readIntervalMaxTicks: run.readIntervalMaxTicks,
      ackTimeoutTicks: run.ackTimeoutTicks,
      readFrom: run.readFrom,
      readQuorum: run.readQuorum,
      readRepair: run.readRepair,
      writeQuorum: run.writeQuorum,
    };
  }
}

/** The id of a likes server, from its name. */
function serverOf(name: string): number {
  return Number(name.replace(/^\D+/, ""));
}
