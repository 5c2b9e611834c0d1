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
import { secondsFromTicks, TICKS_PER_MS } from "../../domain/ticks.ts";
import { giveUpPermissions } from "../../platform/permissions.ts";
import { sleep } from "../../platform/sleep.ts";
import { messageOf } from "../../platform/start_error.ts";
import { stdinClosed } from "../../platform/stdin.ts";
import { parseReply } from "../../protocol/replies.ts";
import { serverName } from "../../protocol/report.ts";
import { anyReplicas, HomeChoice, READ_PATIENCE } from "../../rules/choice.ts";
import { ReadPlan } from "../../rules/reads.ts";
import { ask, NoAnswerError } from "../run/primary_client.ts";
import { RunClock, TIME_QUESTION } from "../worker/run_clock.ts";
import { formatReaderLine, type ReaderLine } from "./lines.ts";
import { parseReaderArguments, type ReaderOptions } from "./options.ts";

/** The outcome of a read. */
type Outcome =
  | { readonly kind: "value"; readonly likes: number }
  | { readonly kind: "silent" | "refused"; readonly reason: string };

/** One reader, from its first read to its last. */
class Reader {
  readonly #options: ReaderOptions;
  readonly #clock: RunClock;
  readonly #streams: Streams;
  readonly #home: HomeChoice | null;
  readonly #drawn = new Int32Array(1);

  constructor(options: ReaderOptions, clock: RunClock) {
    this.#options = options;
    this.#clock = clock;
    this.#streams = new Streams(options.seed);
    this.#home = options.readFrom === "any" ? null : new HomeChoice({
      clients: options.reader + 1,
      replicas: options.ports.length,
      patience: options.ports.length > 1 ? READ_PATIENCE : Infinity,
    });
  }

  /** Reads until no read begins any more. */
  async run(stopped: AbortSignal): Promise<void> {
    const { reader, endTicks } = this.#options;
    const plan = new ReadPlan(this.#streams, this.#options);
    let planned = plan.pauseAfter(reader, 0);
    for (let read = 1; planned < endTicks; read++) {
      await sleep((planned - this.#clock.nowTicks) / TICKS_PER_MS, stopped);
      if (stopped.aborted || this.#clock.nowTicks >= endTicks) return;
      await this.#read(read, plan.itemOf(reader, read));
      planned += plan.pauseAfter(reader, read);
    }
  }

  async #read(read: number, item: number): Promise<void> {
    const { reader, ports } = this.#options;
    const replica = this.#replicaOf(read);
    const name = serverName(item);
    this.#print({ kind: "read", read, replica, text: name });
    const outcome = await this.#ask(ports[replica] as number, name);
    switch (outcome.kind) {
      case "value": {
        this.#home?.answered(reader);
        const { likes } = outcome;
        this.#print({ kind: "value", read, likes, text: "" });
        return;
      }
      case "silent":
        this.#home?.unanswered(reader);
        break;
      case "refused":
        this.#home?.refused(reader);
    }
    this.#print({ kind: "no answer", read, text: outcome.reason });
  }

  #replicaOf(read: number): number {
    const { reader, ports } = this.#options;
    if (this.#home !== null) return this.#home.replicaOf(reader);
    anyReplicas(this.#streams, reader, read, ports.length, this.#drawn);
    return this.#drawn[0] as number;
  }

  async #ask(port: number, name: string): Promise<Outcome> {
    const { ackTimeoutTicks } = this.#options;
    const timeoutMs = ackTimeoutTicks / TICKS_PER_MS;
    try {
      const line = await ask(`READ ${name}`, { port, timeoutMs });
      const reply = parseReply(line);
      if (reply.kind === "VALUE") return { kind: "value", likes: reply.likes };
      return { kind: "refused", reason: line.slice(0, 80) };
    } catch (error) {
      if (error instanceof NoAnswerError && error.end === "silent") {
        const seconds = secondsFromTicks(ackTimeoutTicks);
        return { kind: "silent", reason: `none within ${seconds} s` };
      }
      return { kind: "refused", reason: messageOf(error) };
    }
  }

  #print(line: Omit<ReaderLine, "tick">): void {
    const tick = this.#clock.nowTicks;
    printText(formatReaderLine({ ...line, tick }));
  }
}

const encoder = new TextEncoder();

/** Waits for the parent if the pipe is full. */
function printText(text: string): void {
  let bytes = encoder.encode(`${text}\n`);
  try {
    while (bytes.length > 0) {
      bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
    }
  } catch {
    Deno.exit(WorkerExit.PARENT_GONE);
  }
}

async function listenToParent(onLine: (line: string) => void): Promise<never> {
  await stdinClosed(onLine);
  Deno.exit(WorkerExit.PARENT_GONE);
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
    ask: () => printText(TIME_QUESTION),
  });
  listenToParent((line) => clock.answered(line));
  let options: ReaderOptions;
  try {
    options = parseReaderArguments(args);
  } catch (error) {
    Deno.stderr.writeSync(encoder.encode(`${messageOf(error)}\n`));
    Deno.exit(WorkerExit.CANNOT_START);
  }
  giveUpPermissions();
  await clock.set();
  await new Reader(options, clock).run(stop.signal);
  Deno.exit(0);
}
