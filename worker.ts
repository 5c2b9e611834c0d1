/**
 * A likes server: the shell around `lib/rules/likes_server.ts`, which decides
 * when to do what. The shell has the timer and the log file.
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

import { Deliveries } from "./lib/live/worker/deliveries.ts";
import { type OpenLog, openLog, tallyLog } from "./lib/live/worker/own_log.ts";
import { OwnReads } from "./lib/live/worker/own_reads.ts";
import { messageOf } from "./lib/platform/start_error.ts";
import { DrainDeadline } from "./lib/live/worker/drain_deadline.ts";
import {
  complain,
  listenToParent,
  tellParent,
} from "./lib/live/worker/parent_pipe.ts";
import { RunClock, TIME_QUESTION } from "./lib/live/worker/run_clock.ts";
import { formatWorkerLine, type WorkerLine } from "./lib/live/worker/lines.ts";
import {
  parseWorkerArguments,
  type WorkerOptions,
} from "./lib/live/worker/options.ts";
import { WorkerExit } from "./lib/domain/exit_codes.ts";
import { giveUpPermissions } from "./lib/platform/permissions.ts";
import { DrawPlan, nextDrawAt, skipDraws } from "./lib/rules/draws.ts";
import { Streams } from "./lib/domain/random.ts";
import { NEVER, TICKS_PER_MS } from "./lib/domain/ticks.ts";

/** The process of a likes server, from its start to its end. */
class LikesServerProcess {
  readonly #options: WorkerOptions;
  readonly #log: OpenLog;
  readonly #plan: DrawPlan;
  readonly #deliveries: Deliveries;
  readonly #reads: OwnReads;
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
    const streams = new Streams(options.seed);
    this.#plan = new DrawPlan(streams, options);
    const now = () => this.#now();
    const deliveries = this.#deliveries = new Deliveries({
      ...{ options, streams, now, print, drawn: log.drawn },
      onAcknowledged: () => this.#reads.acknowledged(),
      onChange: () => this.#wake(),
    });
    this.#reads = new OwnReads({
      ...{ options, streams, now, print },
      replica: () => deliveries.replica,
      endTicks: () => this.#endTicks,
      onChange: () => this.#wake(),
    });
  }

  /** Lives, and answers with the exit code. */
  run(): Promise<number> {
    const now = this.#now();
    const seen = this.#options.resume;
    const { count, total } = this.#log.drawn;
    print({ kind: "started", tick: now, seq: count, total });
    const at = this.#planned(1, this.#options.startTicks);
    if (seen === undefined) {
      this.#deliveries.start(at);
    } else {
      const { id } = this.#options;
      const first = { k: 1, at };
      const next = skipDraws(this.#plan, id, first, now, this.#endTicks);
      this.#deliveries.resume(seen, next.k, next.at);
    }
    this.#goOn();
    return this.#ended.promise;
  }

  /**
   * No more draws: delivers what is left, in the time that it would have had at
   * the planned end.
   */
  endLifetime(): void {
    this.#look();
    this.#endTicks = 0;
    this.#deadline.beginNow(this.#now());
    this.#deliveries.endLifetime();
    this.#goOn();
  }

  #now(): number {
    return this.#clock.nowTicks;
  }

  #planned(k: number, previousTicks: number): number {
    const previous = this.#plan.draw(this.#options.id, k - 1);
    const pause = this.#plan.pauseAfter(previous);
    return nextDrawAt(previousTicks, pause, this.#endTicks);
  }

  /** Does all that is due. */
  #wake(): void {
    if (this.#isOver) return;
    this.#look();
    const deliveries = this.#deliveries;
    for (let now = this.#now();; now = this.#now()) {
      const { drawAt, actAt } = deliveries;
      if (drawAt <= now && drawAt <= actAt) this.#draw();
      else if (actAt <= now) deliveries.due();
      else break;
    }
    this.#reads.due();
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
      this.#deliveries.drawAt,
      this.#deliveries.actAt,
      this.#reads.dueAt,
      this.#deadline.ticks,
      this.#deadline.lookAt,
      now < this.#endTicks ? this.#endTicks : NEVER,
    );
    const ms = Math.ceil((until - now) / TICKS_PER_MS);
    this.#timer = setTimeout(() => this.#wake(), Math.max(ms, 0));
  }

  #draw(): void {
    const deliveries = this.#deliveries;
    const { k, drawAt } = deliveries;
    const likes = this.#plan.likes(this.#plan.draw(this.#options.id, k));
    const next = this.#planned(k + 1, drawAt);
    const tick = this.#now();
    try {
      this.#log.append(likes);
    } catch (error) {
      print({ kind: "discarded", tick, likes, reason: messageOf(error) });
      return deliveries.skip(next);
    }
    deliveries.draw(likes, next, () => {
      const { seq, total } = deliveries;
      print({ kind: "draw", tick, seq, likes, total });
    });
  }

  /** Waits for what comes next, or ends if nothing does. */
  #goOn(): void {
    const deliveries = this.#deliveries;
    const now = this.#now();
    if (deliveries.hasEnded(now, this.#endTicks) && this.#reads.areOver) {
      return this.#end();
    }
    const isOver = now >= this.#endTicks && deliveries.drawAt === NEVER;
    if (isOver && !this.#isDraining) {
      this.#isDraining = true;
      print({ kind: "drain", tick: now, pending: deliveries.pending });
    }
    this.#sleep();
  }

  /**
   * Ends it, once: its last report may be settled in the very moment at which
   * its time is over.
   */
  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    const deliveries = this.#deliveries;
    deliveries.abandon();
    const { seq, total, acknowledged, pending, rejected, retries } = deliveries;
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
}

function print(line: WorkerLine): void {
  tellParent(formatWorkerLine(line));
}

async function run(args: readonly string[]): Promise<number> {
  const clock = new RunClock({
    nowMs: () => performance.now(),
    ask: () => tellParent(TIME_QUESTION),
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
