/**
 * The readers of a live run: started, listened to, ended with the run.
 *
 * @module
 */

import { readerNode } from "../../domain/nodes.ts";
import { runEndTick } from "../../faults/plan.ts";
import type { RunOptions } from "../../options/run_options.ts";
import type { ReadMeasures } from "../../verdict/read_meter.ts";
import { sleep, sleepAwake } from "../../platform/sleep.ts";
import { messageOf } from "../../platform/start_error.ts";
import { serverId } from "../../protocol/report.ts";
import { parseReaderLine } from "./lines.ts";
import { readerArguments, type ReaderOptions } from "./options.ts";
import { netPermission } from "../worker/options.ts";
import { TIME_QUESTION } from "../worker/run_clock.ts";
import {
  Child,
  type ChildEnd,
  RESTART_MS,
  SILENT_DEATHS_MAX,
} from "../run/child.ts";
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
  /** Whether a reader that a foreign signal has killed is started again. */
  readonly restart: boolean;
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
  readonly #children = new Map<number, Child>();
  readonly #lives: Promise<void>[] = [];
  /** By reader: the likes server that it reads, or read last. */
  readonly #items: number[] = [];
  /** By reader: the number of its last read. */
  readonly #reads: number[] = [];
  /** Readers that read no more, before the end. */
  readonly #gone: number[] = [];
  readonly #ending = new AbortController();

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

  /** Names of readers that were killed, or could not be run, and left dead. */
  get gone(): readonly string[] {
    return this.#gone.toSorted((a, b) => a - b).map(nameOf);
  }

  /**
   * Kills a reader as a stranger would: this parent learns of it like of any
   * other death.
   *
   * @param reader Its number.
   * @returns Whether there was a process to kill.
   */
  killAsStranger(reader: number): boolean {
    const child = this.#children.get(reader);
    child?.kill("SIGKILL");
    return child !== undefined;
  }

  get #isEnding(): boolean {
    return this.#ending.signal.aborted;
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
   * Lets each read to its end, which comes with that of the last lifetime.
   *
   * @param ms How long at most.
   * @returns Fulfils when none is left.
   */
  async end(ms: number): Promise<void> {
    const over = new AbortController();
    const ended = this.ended().then(() => over.abort());
    await Promise.race([ended, sleepAwake(ms, over.signal)]);
    await this.stop();
  }

  /**
   * Ends all, at once: a read that waits for its answer counts neither as
   * answered nor as unanswered.
   *
   * @returns Fulfils when none is left.
   */
  async stop(): Promise<void> {
    this.#ending.abort();
    for (const child of this.#children.values()) child.kill("SIGKILL");
    await this.ended();
  }

  /**
   * A reader, in as many processes as it takes: one that a stranger has killed
   * is started again, as a likes server is.
   */
  async #live(reader: number): Promise<void> {
    const { onNote, restart, run, now } = this.#options;
    const name = nameOf(reader);
    for (let silentDeaths = 0; silentDeaths < SILENT_DEATHS_MAX;) {
      const readsBefore = this.#reads[reader] ?? 0;
      const end = await this.#process(reader);
      if (this.#isEnding || end?.code === 0) return;
      const comesBack = restart && end !== null && end.signal !== null &&
        now() < runEndTick(run);
      if (end !== null) {
        onNote(
          `${name} ${howItEnded(end)} and ${
            comesBack ? "is started again" : "reads no more"
          }`,
        );
      }
      if (!comesBack) break;
      const isSilent = this.#reads[reader] === readsBefore;
      silentDeaths = isSilent ? silentDeaths + 1 : 0;
      await sleep(RESTART_MS, this.#ending.signal);
      if (this.#isEnding) return;
    }
    this.#gone.push(reader);
  }

  /** A process of a reader; null if it cannot be started. */
  async #process(reader: number): Promise<ChildEnd | null> {
    const { onNote, onLine, now } = this.#options;
    const name = nameOf(reader);
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
      return null;
    }
    this.#children.set(reader, child);
    const end = await child.ended;
    this.#children.delete(reader);
    return end;
  }

  #take(reader: number, text: string): void {
    const { judge, sent, run, onUnanswered } = this.#options;
    const line = parseReaderLine(text);
    if (line === undefined) return;
    const { kind, tick, read, send, replicas = [] } = line;
    const node = readerNode(reader);
    switch (kind) {
      case "read":
      case "repair": {
        const asked = kind === "read" ? `READ ${line.text}` : line.text;
        if (kind === "read") {
          this.#items[reader] = serverId(line.text);
          this.#reads[reader] = read;
        }
        sent.announceRead(
          node,
          {
            ...{ tick, read, replicas, text: asked },
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
      readsBefore: this.#reads[reader] ?? 0,
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

function nameOf(reader: number): string {
  return `Reader${reader}`;
}

function howItEnded({ code, signal }: ChildEnd): string {
  return signal === null
    ? `ended with code ${code}`
    : `was killed by ${signal}`;
}
