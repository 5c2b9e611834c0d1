/**
 * A likes server: the shell around `lib/rules/likes_server.ts`, which decides
 * when to do what. The shell has the timer, the socket and the log file.
 *
 * A likes server is a subprocess of `parent` or `start`, which tell it what to
 * do in its arguments (`lib/live/worker/options.ts`), answer it on its standard
 * input what the run's time is (`lib/live/worker/run_clock.ts`), and read what
 * happens from its standard output (`lib/live/worker/lines.ts`). It ends when
 * its lifetime is over and everything is delivered, or when its time to deliver
 * is over; and at once when its standard input closes, because then its parent
 * is gone.
 *
 * @module
 */

import { type OpenLog, openLog, tallyLog } from "./lib/live/worker/own_log.ts";
import { messageOf } from "./lib/platform/start_error.ts";
import { DrainDeadline } from "./lib/live/worker/drain_deadline.ts";
import { RunClock, TIME_QUESTION } from "./lib/live/worker/run_clock.ts";
import {
  type Answer,
  ReportConnection,
} from "./lib/live/worker/report_connection.ts";
import { formatWorkerLine, type WorkerLine } from "./lib/live/worker/lines.ts";
import {
  parseWorkerArguments,
  type WorkerOptions,
} from "./lib/live/worker/options.ts";
import { parseReply } from "./lib/protocol/replies.ts";
import { encodeFields } from "./lib/protocol/report.ts";
import {
  LINE_BYTES_MAX,
  reasonOf,
  ReportFields,
  VALID,
  validateFields,
} from "./lib/protocol/validator.ts";
import { WorkerExit } from "./lib/domain/exit_codes.ts";
import { giveUpPermissions } from "./lib/platform/permissions.ts";
import { stdinClosed } from "./lib/platform/stdin.ts";
import { isMarked } from "./lib/rules/delivery_traits.ts";
import { DrawPlan, nextDrawAt, skipDraws } from "./lib/rules/draws.ts";
import { DEFAULT_TIMING } from "./lib/rules/backoff.ts";
import { anyReplica, HomeChoice, WRITE_PATIENCE } from "./lib/rules/choice.ts";
import { LikesServer } from "./lib/rules/likes_server.ts";
import {
  type Action,
  NOTHING,
  REFUSED,
  SEND,
} from "./lib/rules/report_sender.ts";
import { Family, Streams } from "./lib/domain/random.ts";
import { makeRows } from "./lib/rules/rows.ts";
import { NEVER, secondsFromTicks, TICKS_PER_MS } from "./lib/domain/ticks.ts";

const LF = 0x0a;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The process of a likes server, from its start to its end. */
class LikesServerProcess {
  readonly #options: WorkerOptions;
  readonly #log: OpenLog;
  readonly #streams: Streams;
  readonly #plan: DrawPlan;
  readonly #server: LikesServer;
  /** By replica. */
  readonly #connections: readonly ReportConnection[];
  /** Null where each attempt goes to any replica. */
  readonly #home: HomeChoice | null;
  /** The replica of the attempt that is in flight, or of the last one. */
  #replica = 0;
  readonly #fields = new ReportFields();
  readonly #report = new Uint8Array(LINE_BYTES_MAX + 1);
  readonly #ended = Promise.withResolvers<number>();
  readonly #clock: RunClock;
  readonly #deadline: DrainDeadline;
  #endTicks: number;
  #isDraining = false;
  #isOver = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: WorkerOptions, log: OpenLog, clock: RunClock) {
    this.#options = options;
    this.#log = log;
    this.#clock = clock;
    this.#deadline = new DrainDeadline({
      ...options,
      nowTicks: clock.nowTicks,
    });
    this.#endTicks = options.endTicks;
    this.#streams = new Streams(options.seed);
    this.#plan = new DrawPlan(this.#streams, options);
    this.#server = new LikesServer(makeRows(1), log.drawn, {
      ...DEFAULT_TIMING,
      delivery: options.delivery,
      ackTimeoutTicks: options.ackTimeoutTicks,
    }).at(0);
    this.#connections = options.ports.map((port) =>
      new ReportConnection(port, options.keepAlive)
    );
    this.#home = options.writeTo === "any" ? null : new HomeChoice({
      clients: options.id + 1,
      replicas: options.ports.length,
      patience: options.failover && options.ports.length > 1
        ? WRITE_PATIENCE
        : Infinity,
    });
    this.#fields.server = options.id;
    if (isMarked(options.delivery)) {
      [this.#fields.sessionHigh, this.#fields.sessionLow] = options.session;
    }
  }

  /** Lives, and answers with the exit code. */
  run(): Promise<number> {
    const now = this.#now();
    const seen = this.#options.resume;
    const { count, total } = this.#log.drawn;
    print({ kind: "started", tick: now, seq: count, total });
    if (seen === undefined) {
      this.#server.start(this.#planned(1, this.#options.startTicks));
      this.#act(NOTHING);
    } else {
      this.#server.restore(
        count,
        total,
        seen.acknowledgedSeq,
        seen.acknowledged,
        seen.attempt,
      );
      const first = { k: 1, at: this.#planned(1, this.#options.startTicks) };
      const { id } = this.#options;
      const { k, at } = skipDraws(this.#plan, id, first, now, this.#endTicks);
      this.#act(this.#server.resume(now, k, at));
    }
    return this.#ended.promise;
  }

  /**
   * No more draws: delivers what is left, in the time that it would have had at
   * the planned end.
   */
  endLifetime(): void {
    this.#look();
    const now = this.#now();
    this.#endTicks = 0;
    this.#deadline.beginNow(now);
    this.#act(this.#server.endLifetime(now));
  }

  #now(): number {
    return this.#clock.nowTicks;
  }

  #planned(k: number, previousTicks: number): number {
    const previous = this.#plan.draw(this.#options.id, k - 1);
    const pause = this.#plan.pauseAfter(previous);
    return nextDrawAt(previousTicks, pause, this.#endTicks);
  }

  /** The jitter after the attempt that is in flight. */
  #jitter(): number {
    return this.#streams.bits(
      Family.BACKOFF,
      this.#options.id,
      this.#server.attempt,
    );
  }

  #wake(): void {
    this.#look();
    const server = this.#server;
    for (let now = this.#now(); server.wakeAt <= now; now = this.#now()) {
      if (server.drawAt <= server.actAt) {
        this.#draw(now);
      } else {
        this.#due(now);
      }
    }
    if (this.#now() >= this.#deadline.ticks) this.#end();
    else this.#goOn();
  }

  #look(): void {
    const now = this.#now();
    const stalledTicks = this.#deadline.look(now);
    if (stalledTicks === 0) return;
    print({
      kind: "stalled",
      tick: now,
      ms: Math.round(stalledTicks / TICKS_PER_MS),
      untilMs: Math.ceil(this.#deadline.ticks / TICKS_PER_MS),
    });
  }

  #sleep(): void {
    clearTimeout(this.#timer);
    if (this.#isOver) return;
    const now = this.#now();
    const until = Math.min(
      this.#server.wakeAt,
      this.#deadline.ticks,
      this.#deadline.lookAt,
      now < this.#endTicks ? this.#endTicks : NEVER,
    );
    const ms = Math.ceil((until - now) / TICKS_PER_MS);
    this.#timer = setTimeout(() => this.#wake(), Math.max(ms, 0));
  }

  #draw(now: number): void {
    const server = this.#server;
    const draw = this.#plan.draw(this.#options.id, server.k);
    const likes = this.#plan.likes(draw);
    const next = this.#planned(server.k + 1, server.drawAt);
    try {
      this.#log.append(likes);
    } catch (error) {
      print({
        kind: "discarded",
        tick: now,
        likes,
        reason: messageOf(error),
      });
      this.#act(server.skip(now, next));
      return;
    }
    const action = server.draw(now, likes, next);
    const { seq, total } = server;
    print({ kind: "draw", tick: now, seq, likes, total });
    this.#act(action);
  }

  #due(now: number): void {
    const { inFlight, attempt } = this.#server;
    const action = this.#server.due(now, this.#jitter());
    if (inFlight) {
      // A reply that comes now must find no connection on which it could be
      // taken for the next one's.
      this.#connection.abandon();
      this.#home?.unanswered(this.#options.id);
      const seconds = secondsFromTicks(this.#options.ackTimeoutTicks);
      this.#printAnswer("failed", now, attempt, `none within ${seconds} s`);
    }
    this.#act(action);
  }

  #act(action: Action): void {
    if (action === SEND) {
      this.#send();
    } else if (action === REFUSED) {
      const { pending } = this.#server;
      print({ kind: "refused", tick: this.#now(), pending });
    }
    this.#goOn();
  }

  /** Waits for what comes next, or ends if nothing does. */
  #goOn(): void {
    const server = this.#server;
    const now = this.#now();
    if (server.hasEnded(now, this.#endTicks)) return this.#end();
    const isOver = now >= this.#endTicks && server.drawAt === NEVER;
    if (isOver && !this.#isDraining) {
      this.#isDraining = true;
      print({ kind: "drain", tick: now, pending: server.pending });
    }
    this.#sleep();
  }

  #send(): void {
    const { attempt, reportSeq, reportLikes, reportTotal, retries } =
      this.#server;
    const fields = this.#fields;
    fields.likes = reportLikes;
    fields.seq = isMarked(this.#options.delivery) ? reportSeq : 0;
    fields.total = reportTotal;
    const code = validateFields(fields);
    const now = this.#now();
    if (code !== VALID) {
      const action = this.#server.refuse(now, attempt, false, 0);
      this.#printAnswer("nak", now, attempt, `not sent: ${reasonOf(code)}`);
      return this.#act(action);
    }
    const length = encodeFields(fields, this.#report, 0);
    const text = decoder.decode(this.#report.subarray(0, length));
    this.#report[length] = LF;
    const seq = reportSeq;
    const replica = this.#replicaOf(attempt);
    if (replica !== this.#replica) {
      this.#connection.abandon();
      this.#replica = replica;
    }
    print({
      kind: "report",
      tick: now,
      attempt,
      seq,
      retries,
      text,
      ...this.#connections.length > 1 && { replica },
    });
    this.#connection.exchange(this.#report.slice(0, length + 1)).then(
      (answer) => this.#answered(attempt, answer),
    );
  }

  get #connection(): ReportConnection {
    return this.#connections[this.#replica] as ReportConnection;
  }

  #replicaOf(attempt: number): number {
    const { id } = this.#options;
    if (this.#home !== null) return this.#home.replicaOf(id);
    return anyReplica(this.#streams, id, attempt, this.#connections.length);
  }

  #answered(attempt: number, answer: Answer): void {
    const server = this.#server;
    if (!server.inFlight || server.attempt !== attempt) return;
    const now = this.#now();
    // The timer is late: so is the answer.
    if (now >= server.actAt) return this.#wake();
    const { action, kind, reason } = this.#judge(now, attempt, answer);
    this.#printAnswer(kind, now, attempt, reason);
    this.#act(action);
  }

  #judge(
    now: number,
    attempt: number,
    answer: Answer,
  ): { action: Action; kind: "ack" | "nak" | "failed"; reason: string } {
    const server = this.#server;
    const jitter = this.#jitter();
    if (answer.kind !== "answer") {
      this.#home?.refused(this.#options.id);
      const isSent = answer.kind === "lost";
      const action = server.fail(now, attempt, isSent, jitter);
      return { action, kind: "failed", reason: answer.reason };
    }
    const reply = parseReply(answer.text);
    this.#home?.answered(this.#options.id);
    if (reply.kind === "ACK") {
      const action = server.acknowledge(now, attempt);
      return { action, kind: "ack", reason: "" };
    }
    if (reply.kind === "NAK") {
      const action = reply.gap === undefined
        ? server.refuse(now, attempt, reply.temporary, jitter)
        : server.gap(now, attempt, reply.gap, jitter);
      return { action, kind: "nak", reason: reply.reason };
    }
    // Whoever answers nonsense may do so once more on this connection.
    this.#connection.abandon();
    const action = server.fail(now, attempt, true, jitter);
    return { action, kind: "failed", reason: `nonsense: ${answer.text}` };
  }

  /**
   * Ends it, once: its last report may be settled in the very moment at which
   * its time is over.
   */
  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#connection.abandon();
    const { seq, total, acknowledged, pending, rejected, retries } =
      this.#server;
    print({
      kind: "ended",
      tick: this.#now(),
      seq,
      generated: total,
      acknowledged,
      pending,
      rejected,
      retries,
    });
    this.#log.close();
    if (acknowledged < total) {
      const likes = total === 1 ? "like" : "likes";
      complain(`${total - acknowledged} of ${total} ${likes} not acknowledged`);
    }
    this.#ended.resolve(
      acknowledged === total ? WorkerExit.DELIVERED : WorkerExit.UNDELIVERED,
    );
  }

  #printAnswer(
    kind: "ack" | "nak" | "failed",
    tick: number,
    attempt: number,
    reason: string,
  ): void {
    const { acknowledgedSeq: seq, acknowledged, settledSeq } = this.#server;
    const answer = { tick, attempt, seq, acknowledged, reason };
    print(
      kind === "failed" ? { kind, ...answer, settledSeq } : { kind, ...answer },
    );
  }
}

function print(line: WorkerLine): void {
  printText(formatWorkerLine(line));
}

// Waits for the parent if the pipe is full: the parent must have read of a
// report before it is sent, because what it saw is what a restarted likes
// server is told.
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

function complain(message: string): void {
  try {
    Deno.stderr.writeSync(encoder.encode(message + "\n"));
  } catch {
    // Nobody listens.
  }
}

async function listenToParent(onLine: (line: string) => void): Promise<never> {
  await stdinClosed(onLine);
  Deno.exit(WorkerExit.PARENT_GONE);
}

async function run(args: readonly string[]): Promise<number> {
  const clock = new RunClock({
    nowMs: () => performance.now(),
    ask: () => printText(TIME_QUESTION),
  });
  listenToParent((line) => clock.answered(line));
  let options: WorkerOptions;
  let log: OpenLog;
  try {
    options = parseWorkerArguments(args);
    if (options.tally) {
      print(tallyLog(options));
      return WorkerExit.DELIVERED;
    }
    log = openLog(options, complain);
  } catch (error) {
    complain(messageOf(error));
    return WorkerExit.CANNOT_START;
  }
  // The log is open, and it is the only file that is written.
  giveUpPermissions();
  await clock.set();
  const server = new LikesServerProcess(options, log, clock);
  Deno.addSignalListener("SIGTERM", () => server.endLifetime());
  Deno.addSignalListener("SIGHUP", () => server.endLifetime());
  return await server.run();
}

/**
 * Runs a likes server, then exits: with 0 if every like was acknowledged, 1 if
 * the parent is gone, 2 if it could not start, 3 if likes were not
 * acknowledged.
 *
 * @param args Its arguments, as its parent wrote them.
 * @returns Never.
 */
export async function main(args: readonly string[]): Promise<never> {
  // Ctrl-C is for the parent, which then tells its likes servers.
  Deno.addSignalListener("SIGINT", () => {});
  Deno.exit(await run(args));
}

if (import.meta.main) await main(Deno.args);
