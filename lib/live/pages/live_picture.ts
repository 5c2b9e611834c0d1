/**
 * The picture of a live run, gathered while it goes on.
 *
 * @module
 */

import { nodeName, replicaNode } from "../../domain/nodes.ts";
import {
  secondsFromTicks,
  TICKS_PER_MS,
  TICKS_PER_SECOND,
} from "../../domain/ticks.ts";
import { runEndTick } from "../../faults/plan.ts";
import type { RunOptions } from "../../options/run_options.ts";
import type { HistoryEvent } from "../../verdict/history.ts";
import type { ReadTheory } from "../../verdict/prediction.ts";
import { readsVerdictOf } from "../../verdict/replica_verdict.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { describeEvent } from "../../view/picture/history_events.ts";
import type { RunPicture, ServerState } from "../../view/picture/picture.ts";
import {
  PictureRecorder,
  type ReplicaSample,
} from "../../view/picture/recorder.ts";
import { runSettingOf } from "../../view/picture/run_setting.ts";
import type { ReplicaSampler } from "../agreement/replica_sampler.ts";
import { CountedPoll } from "../run/counted_poll.ts";
import { describeLine } from "./line_events.ts";
import type { LiveRunListener, LiveRunState } from "../run/live_run.ts";
import type { LiveRunOptions } from "../run/options.ts";
import type { ServerRecord } from "../run/server_record.ts";

/** Samples of a run that goes as planned: about the pixels of a screen. */
const SAMPLES = 1_000;
const SAMPLE_MS_MIN = 20;
const SAMPLE_MS_MAX = 250;

/** Lines of likes servers that are kept from one picture to the next. */
const LINES_MAX = 100;

/** The most time between a planned kill and one that is taken for it. */
const PLANNED_WITHIN_SECONDS = 1;

/**
 * Samples a live run at regular times. Lines of likes servers are only kept,
 * and read when a picture is asked for, so that sampling costs little more than
 * adding up accounts.
 */
export class LivePicture implements LiveRunListener {
  readonly #run: RunOptions;
  readonly #recorder: PictureRecorder;
  /** Names and lines of likes servers, alternating, not yet read. */
  readonly #lines: string[] = [];
  readonly #faults = new Map<number, "crashed" | "paused">();
  /** Replicas that stand still. */
  readonly #paused = new Set<number>();
  #hasPrimary = false;
  #state: LiveRunState | undefined;
  #poll: CountedPoll | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  /**
   * @param options The run.
   * @param readTheory Theory of its reads.
   */
  constructor({ run, command }: LiveRunOptions, readTheory?: ReadTheory) {
    this.#run = run;
    const { setting, marks } = runSettingOf("live", run, command);
    this.#recorder = new PictureRecorder({
      ...setting,
      ...readTheory !== undefined && { readTheory },
    }, marks);
    for (let id = 0; id < run.servers; id++) {
      this.#recorder.sampleServer(id, 0, { state: "not started" });
    }
  }

  /**
   * Takes a line of a likes server.
   *
   * @param name The likes server.
   * @param line The line.
   */
  onLine(name: string, line: string): void {
    this.#lines.push(name, line);
    if (this.#lines.length > 4 * LINES_MAX) {
      this.#lines.splice(0, this.#lines.length - 2 * LINES_MAX);
    }
  }

  /**
   * Takes a note: something went wrong, or might have.
   *
   * @param text The note.
   */
  onNote(text: string): void {
    this.#recorder.event({
      seconds: this.#seconds,
      who: "parent",
      text,
      // What the primary has to say comes with its level.
      tone: text.includes("[info]") ? "plain" : "bad",
    });
    // As OwnPrimary says it; where a network is between, its events tell the
    // same.
    if (text.startsWith("The primary ended")) {
      this.#begin({ t: this.#seconds, kind: "crash" });
    }
  }

  /**
   * Takes a line of the primary of `start`. The start of its first process is
   * no event; that of a further one is its return. Of several replicas the
   * run's own events tell that.
   *
   * @param line The line.
   */
  onPrimaryLine(line: string): void {
    if (this.#run.replicas > 1) return;
    if (!line.startsWith("PrimaryLikesServer listening")) return;
    if (this.#hasPrimary) this.onEvent({ t: this.#seconds, kind: "restart" });
    this.#hasPrimary = true;
  }

  get #seconds(): number {
    return secondsFromTicks(this.#state?.nowTicks ?? 0);
  }

  /**
   * Takes the beginning or the end of a fault.
   *
   * @param event The event of the history.
   */
  onEvent(event: HistoryEvent): void {
    const { kind, server, replica = 0, t, attempt } = event;
    const who = this.#nameOf(event);
    if (server === undefined && kind === "pause") this.#paused.add(replica);
    switch (kind) {
      case "crash":
      case "pause":
        if (server !== undefined) {
          this.#faults.set(server, kind === "crash" ? "crashed" : "paused");
        }
        this.#begin(event);
        break;
      case "restart":
      case "resume":
        if (server !== undefined) this.#faults.delete(server);
        else this.#paused.delete(replica);
        this.#recorder.lift(
          t,
          (mark) =>
            mark.kind === (kind === "restart" ? "crash" : "pause") &&
            mark.who === who,
        );
        break;
      case "partition":
      case "heal":
      case "copy":
        break;
      case "lose":
        if (attempt === undefined) return;
        break;
      default:
        // What likes servers do is told by their lines.
        return;
    }
    this.#recorder.event(describeEvent(event));
  }

  /**
   * Marks a kill or a stop that no plan has and no mark shows yet.
   */
  #begin(event: HistoryEvent): void {
    const { kind, t } = event;
    const who = this.#nameOf(event);
    const fault = kind === "crash" ? "crash" : "pause";
    const isKnown = this.#recorder.faults.some((mark) =>
      mark.kind === fault && mark.who === who &&
      (mark.unplanned
        ? mark.untilSeconds === null
        : Math.abs(mark.fromSeconds - t) < PLANNED_WITHIN_SECONDS)
    );
    if (isKnown) return;
    this.#recorder.fault({
      kind: fault,
      fromSeconds: t,
      untilSeconds: null,
      who,
    });
  }

  /** The name of the process that an event is about. */
  #nameOf({ server, replica = 0 }: HistoryEvent): string {
    return nodeName(server ?? replicaNode(replica), this.#run.replicas);
  }

  /**
   * Begins to sample.
   *
   * @param state Its numbers.
   */
  onBegin(state: LiveRunState): void {
    this.#state = state;
    const { primary, records } = state;
    const { delivery } = this.#run;
    if (primary !== undefined) {
      this.#poll = new CountedPoll({ primary, delivery, records });
    }
    const plannedMs = runEndTick(this.#run) / TICKS_PER_MS;
    const everyMs = Math.max(
      SAMPLE_MS_MIN,
      Math.min(SAMPLE_MS_MAX, plannedMs / SAMPLES),
    );
    this.#timer = setInterval(() => this.#sampleRun(state), everyMs);
  }

  #sampleRun(state: LiveRunState): void {
    const seconds = secondsFromTicks(state.nowTicks);
    const poll = this.#poll;
    const { replicas } = state;
    let generated = 0;
    let acknowledged = 0;
    let counted = 0;
    for (const record of state.records) {
      const own = replicas === undefined
        ? poll?.countedOf(record)
        : Math.max(...replicas.likesOf(record.id));
      generated += record.generated;
      acknowledged += record.acknowledged;
      counted += own ?? 0;
      this.#recorder.sampleServer(record.id, seconds, {
        state: this.#stateOf(record),
        generated: record.generated,
        acknowledged: record.acknowledged,
        counted: own,
      });
    }
    const { oldestTick } = state.meter;
    this.#recorder.sample(seconds, {
      generated,
      acknowledged,
      ...(poll !== undefined || replicas !== undefined) && { counted },
      stalenessSeconds: oldestTick < 0
        ? 0
        : Math.max(0, seconds - secondsFromTicks(oldestTick)),
      alive: state.alive,
      ...replicas !== undefined && { replicas: this.#sampleOf(replicas) },
      reads: state.reads?.soFar,
    });
  }

  #sampleOf({ totals, areUp, meter }: ReplicaSampler): ReplicaSample {
    const rows = totals.map((counted, replica) => ({
      state: !areUp[replica]
        ? "down" as const
        : this.#paused.has(replica)
        ? "paused" as const
        : "up" as const,
      counted,
    }));
    const { smallest, largest } = meter;
    return {
      rows,
      ...largest > -Infinity && { lowest: smallest, highest: largest },
    };
  }

  #stateOf(record: ServerRecord): ServerState {
    const fault = this.#faults.get(record.id);
    if (fault !== undefined) return fault;
    if (record.hasEnded) return record.isStuck ? "stuck" : "ended";
    if (!record.hasStarted) return "not started";
    if (record.isStuck) return "stuck";
    return record.pending > 0 ? "waiting" : "drawing";
  }

  /**
   * Ends the picture with the verdict.
   *
   * @param verdict The verdict on it.
   */
  async end(verdict: Verdict): Promise<void> {
    await this[Symbol.asyncDispose]();
    if (this.#state !== undefined) this.#sampleRun(this.#state);
    this.#recorder.end(verdict);
  }

  /**
   * The picture as it is now.
   *
   * @returns Plain data.
   */
  picture(): RunPicture {
    this.#read();
    return this.#recorder.picture();
  }

  /** Reads the lines that were kept. */
  #read(): void {
    const lines = this.#lines.splice(0);
    for (let i = 0; i < lines.length; i += 2) {
      const event = describeLine(lines[i] ?? "", lines[i + 1] ?? "");
      if (event !== undefined) this.#recorder.event(event);
    }
    const { meter, reads, writes } = this.#state ?? {};
    this.#recorder.measured({
      ...reads !== undefined && {
        readMeasures: readsVerdictOf(reads.measures),
      },
      ...writes !== undefined && { acknowledgements: writes.acknowledgements },
    });
    if (meter === undefined || meter.now < TICKS_PER_SECOND) return;
    this.#recorder.staleness(meter.measures().stalenessSeconds);
  }

  /** Stops to sample. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#poll?.stop();
  }
}
