/**
 * The picture of a run of other people's programs, gathered while it goes on.
 *
 * @module
 */

// @ts-types="@types/d3-array"
import { extent } from "d3-array";
import { secondsFromTicks, TICKS_PER_SECOND } from "../../domain/ticks.ts";
import { formatFaultPlan, scheduleFaults } from "../../faults/mod.ts";
import { printable } from "../../platform/printable.ts";
import type { OperationEvent } from "../../verdict/operations/history.ts";
import type { OperationVerdict } from "../../verdict/operations/verdict.ts";
import {
  operationSentences,
  operationVerdictWord,
} from "../../view/operation_words.ts";
import { faultMarks } from "../../view/picture/fault_marks.ts";
import {
  type ReplicaRow,
  REPLICAS_LISTED_MAX,
  type RunEvent,
  type RunPicture,
} from "../../view/picture/picture.ts";
import { PictureRecorder } from "../../view/picture/recorder.ts";
import { hostNaming } from "../network/naming.ts";
import type { Complaint } from "../nodes/complaints.ts";
import { faultRunOf } from "../run/fault_run.ts";
import type { HostOptions, HostRun } from "../run/options.ts";
import { KnownElements, KnownSum, type KnownValues } from "./known_values.ts";

/** Between two samples: about as many as a screen has pixels. */
const SAMPLES = 1_000;
const SAMPLE_SECONDS_MIN = 0.02;

/** The last that is known of a node. */
interface NodeState {
  state: ReplicaRow["state"];
  counted: number | null;
}

const EVENT_TEXTS: Partial<
  Record<OperationEvent["kind"], [text: string, tone: RunEvent["tone"]]>
> = {
  crash: ["killed", "bad"],
  restart: ["starts again", "good"],
  pause: ["stopped", "bad"],
  resume: ["continues", "good"],
  partition: ["cut", "bad"],
  heal: ["connected again", "good"],
};

/**
 * Samples a run: what is known to be there, and what each node last showed when
 * it was read.
 */
export class HostPicture {
  readonly #recorder: PictureRecorder;
  readonly #run: HostRun;
  readonly #names: readonly string[];
  readonly #nodes = new Map<string, NodeState>();
  readonly #sampleSeconds: number;
  readonly #known: KnownValues;
  /** Operations of workloads without values: invoked, and answered. */
  #invoked = 0;
  #answered = 0;
  #nextSampleSeconds = 0;
  #nowSeconds = 0;
  #conclusion: RunPicture["conclusion"];

  /**
   * @param options The run.
   * @param names The names of its nodes.
   */
  constructor(
    { hosted: run, command }: HostOptions,
    names: readonly string[],
  ) {
    this.#run = run;
    this.#names = names;
    this.#known = run.workload.endsWith("counter")
      ? new KnownSum()
      : new KnownElements();
    const naming = hostNaming(run.firstNode);
    const { seed, faults, workload, lifetimeTicks } = run;
    const schedule = scheduleFaults({ ...faultRunOf(run), seed, faults });
    const plannedSeconds = secondsFromTicks(lifetimeTicks + run.drainTicks);
    this.#sampleSeconds = Math.max(
      SAMPLE_SECONDS_MIN,
      plannedSeconds / SAMPLES,
    );
    this.#recorder = new PictureRecorder({
      world: "hosted",
      workload,
      ...this.#hasValues && {
        replicas: run.nodes,
        nodes: names.slice(0, REPLICAS_LISTED_MAX),
      },
      seed,
      plannedSeconds,
      command,
      faultFlags: formatFaultPlan(faults, run.nodes, naming),
    }, faultMarks(schedule, naming));
    for (const name of names) {
      this.#nodes.set(name, { state: "up", counted: null });
    }
  }

  /** Whether nodes hold something that can be read. */
  get #hasValues(): boolean {
    return this.#run.workload !== "echo" &&
      this.#run.workload !== "unique-ids";
  }

  /**
   * Takes an event of the history.
   *
   * @param event The event.
   */
  onEvent(event: OperationEvent): void {
    const { t, kind, node = "network", links } = event;
    this.#nowSeconds = Math.max(this.#nowSeconds, t);
    const [text, tone] = EVENT_TEXTS[kind] ?? [];
    if (text !== undefined && tone !== undefined) {
      this.#recorder.event({
        seconds: t,
        who: links ?? node,
        text,
        tone,
      });
      const one = this.#nodes.get(node);
      if (one !== undefined) {
        if (kind === "crash") {
          one.state = "down";
          one.counted = null;
        } else one.state = kind === "pause" ? "paused" : "up";
      }
    } else this.#takeOperation(event);
    if (t >= this.#nextSampleSeconds) this.#sample(t);
  }

  #takeOperation(event: OperationEvent): void {
    const { kind, f, value, node, phase } = event;
    if (!this.#hasValues) {
      if (phase !== undefined) return;
      if (kind === "invoke") this.#invoked++;
      if (kind === "ok") this.#answered++;
      return;
    }
    this.#known.take(event);
    if (kind !== "ok" || f !== "read") return;
    const one = this.#nodes.get(node ?? "");
    if (one === undefined) return;
    one.counted = Array.isArray(value) ? value.length : value as number;
  }

  /**
   * Takes a complaint.
   *
   * @param complaint What is wrong with a node.
   */
  onComplaint({ node, kind, text }: Complaint): void {
    const one = this.#nodes.get(node);
    if (one !== undefined && (kind === "died" || kind === "not started")) {
      one.state = "down";
      one.counted = null;
    }
    this.#recorder.event({
      seconds: this.#nowSeconds,
      who: node,
      text: printable(text, 300),
      tone: "bad",
    });
  }

  #sample(seconds: number): void {
    this.#nextSampleSeconds = seconds + this.#sampleSeconds;
    if (!this.#hasValues) {
      this.#recorder.sample(seconds, {
        generated: this.#invoked,
        counted: this.#answered,
      });
      return;
    }
    const up = [...this.#nodes.values()]
      .filter(({ state }) => state !== "down");
    const [lowest, highest] = extent(up, ({ counted }) => counted);
    const known = this.#known.amount(highest ?? 0);
    // A node that shows more has counted twice: the picture is to show that.
    const counted = (highest ?? 0) > known ? highest : lowest;
    this.#recorder.sample(seconds, {
      generated: known,
      acknowledged: known,
      counted: counted ?? 0,
      replicas: {
        rows: this.#names.slice(0, REPLICAS_LISTED_MAX)
          .map((name) => ({ ...this.#nodes.get(name)! })),
        lowest: lowest ?? 0,
        highest: highest ?? 0,
      },
    });
  }

  /**
   * Ends the run.
   *
   * @param verdict The verdict.
   */
  end(verdict: OperationVerdict): void {
    this.#sample(this.#nowSeconds + 1 / TICKS_PER_SECOND);
    this.#conclusion = {
      passed: verdict.passed,
      word: operationVerdictWord(verdict),
      text: operationSentences(verdict).join(" "),
    };
  }

  /**
   * The picture so far.
   *
   * @returns Plain data.
   */
  picture(): RunPicture {
    return {
      ...this.#recorder.picture(),
      ...this.#conclusion !== undefined && { conclusion: this.#conclusion },
    };
  }
}
