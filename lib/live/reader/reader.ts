/**
 * A reader: a process that asks replicas for the likes of likes servers, one
 * read after the other, and prints what it is told.
 *
 * A reader is a subprocess of `parent` or `start`. It ends with the last
 * lifetime of a likes server, and at once when its standard input closes,
 * because then its parent is gone. It may reach the replicas' ports and nothing
 * else.
 *
 * @module
 */

import { WorkerExit } from "../../domain/exit_codes.ts";
import { Streams } from "../../domain/random.ts";
import { TICKS_PER_MS } from "../../domain/ticks.ts";
import { giveUpPermissions } from "../../platform/permissions.ts";
import { sleep } from "../../platform/sleep.ts";
import { messageOf } from "../../platform/start_error.ts";
import { formatEntry } from "../../protocol/replies.ts";
import { serverName } from "../../protocol/report.ts";
import { HomeChoice, READ_PATIENCE } from "../../rules/choice.ts";
import { ReadPlan } from "../../rules/reads.ts";
import { complain, listenToParent, tellParent } from "../worker/parent_pipe.ts";
import { RunClock, TIME_QUESTION } from "../worker/run_clock.ts";
import { ItemReads } from "./item_reads.ts";
import { formatReaderLine, type ReaderLine } from "./lines.ts";
import { parseReaderArguments, type ReaderOptions } from "./options.ts";

/** A reader, from its first read to its last. */
class Reader {
  readonly #options: ReaderOptions;
  readonly #clock: RunClock;
  readonly #streams: Streams;
  readonly #reads: ItemReads;
  readonly #home: HomeChoice;

  constructor(options: ReaderOptions, clock: RunClock) {
    this.#options = options;
    this.#clock = clock;
    this.#streams = new Streams(options.seed);
    const { reader, ports, readFrom } = options;
    const home = this.#home = new HomeChoice({
      clients: reader + 1,
      replicas: ports.length,
      patience: ports.length > 1 && readFrom === "home"
        ? READ_PATIENCE
        : Infinity,
    });
    this.#reads = new ItemReads({
      ...options,
      streams: this.#streams,
      home: () => home.replicaOf(reader),
      onRepair: ({ read, replica, send }, text) =>
        this.#print({ kind: "repair", read, send, replicas: [replica], text }),
    });
  }

  /** Reads until no read begins any more. */
  async run(stopped: AbortSignal): Promise<void> {
    const { reader, readsBefore, endTicks } = this.#options;
    const plan = new ReadPlan(this.#streams, this.#options);
    let planned = plan.pauseAfter(reader, 0);
    let read = 1;
    // What was due while no process was there is not made up for.
    const isPast = () => planned < this.#clock.nowTicks || read <= readsBefore;
    for (; readsBefore > 0 && isPast(); read++) {
      planned += plan.pauseAfter(reader, read);
    }
    for (; planned < endTicks; read++) {
      await sleep((planned - this.#clock.nowTicks) / TICKS_PER_MS, stopped);
      if (stopped.aborted || this.#clock.nowTicks >= endTicks) break;
      await this.#read(read, plan.itemOf(reader, read));
      planned += plan.pauseAfter(reader, read);
    }
    if (!stopped.aborted) await this.#reads.settled();
  }

  async #read(read: number, server: number): Promise<void> {
    const replicas = this.#reads.replicasOf(read);
    const name = serverName(server);
    this.#print({ kind: "read", read, replicas, text: name });
    const query = `READ ${name}`;
    const outcome = await this.#reads.ask({ read, server, query, replicas });
    const { reader } = this.#options;
    if (outcome.kind === "no answer") {
      this.#home.unanswered(reader);
      this.#print({ kind: "no answer", read, text: outcome.reason });
    } else {
      this.#home.answered(reader);
      const { likes, entries } = outcome;
      const text = entries.map(formatEntry).join(" ");
      this.#print({ kind: "value", read, likes, text });
    }
  }

  #print(line: Omit<ReaderLine, "tick">): void {
    const tick = this.#clock.nowTicks;
    tellParent(formatReaderLine({ ...line, tick }));
  }
}

/**
 * Runs a reader, then exits: with 0 when it has read to the end, 1 if the
 * parent is gone, 2 if it could not start.
 *
 * @param args Its arguments, as its parent wrote them.
 * @returns Never.
 */
export async function main(args: readonly string[]): Promise<never> {
  // Ctrl-C is for the parent, which then tells its readers.
  Deno.addSignalListener("SIGINT", () => {});
  const stop = new AbortController();
  Deno.addSignalListener("SIGTERM", () => stop.abort());
  Deno.addSignalListener("SIGHUP", () => stop.abort());
  const clock = new RunClock({
    nowMs: () => performance.now(),
    ask: () => tellParent(TIME_QUESTION),
  });
  listenToParent((line) => clock.answered(line));
  let options: ReaderOptions;
  try {
    options = parseReaderArguments(args);
  } catch (error) {
    complain(messageOf(error));
    Deno.exit(WorkerExit.CANNOT_START);
  }
  giveUpPermissions();
  await clock.set();
  await new Reader(options, clock).run(stop.signal);
  Deno.exit(WorkerExit.DELIVERED);
}
