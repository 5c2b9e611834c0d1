/**
 * A run of the laboratory, from its setting to its verdict, picture and film.
 *
 * @module
 */

import { secondsFromTicks } from "../../domain/ticks.ts";
import { formatFaultPlan } from "../../faults/format.ts";
import { runCommand } from "../../options/format_run.ts";
import type { RunOptions } from "../../options/run_options.ts";
import { verdictOf } from "../../sim/run.ts";
import { Simulation } from "../../sim/simulation.ts";
import { type HistoryEvent, tickOf } from "../../verdict/history.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { faultMarks } from "../picture/fault_marks.ts";
import type { RunPicture } from "../picture/picture.ts";
import { PictureRecorder } from "../picture/recorder.ts";
import type { FilmReel } from "./film.ts";
import { FlightRecorder } from "./flights.ts";
import { serversToShow } from "./servers_shown.ts";

/** A run, as the page shows it. */
export interface LabRun {
  /** The options of the run. */
  readonly options: RunOptions;
  /** The verdict, with the command that reproduces the run. */
  readonly verdict: Verdict;
  /** The picture: lines, faults, likes servers. */
  readonly picture: RunPicture;
  /** The events and messages of its film. */
  readonly reel: FilmReel;
}

/** Options of {@linkcode runLab}. */
export interface LabRunHooks {
  /** Called now and then with the share that is done, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
  /** The program of command lines. @default {"deno task"} */
  readonly program?: string | undefined;
  /**
   * A clock in milliseconds, to time the run; without it the verdict has no
   * `wallSeconds`.
   */
  readonly clock?: (() => number) | undefined;
  /** Whether messages are kept. @default {true} */
  readonly hasReel?: boolean | undefined;
}

/** Events between two reports of progress. */
const SLICE_EVENTS = 10_000;

/** The most events that a film keeps. */
const REEL_EVENTS_MAX = 200_000;

/**
 * Runs a setting.
 *
 * @param options The options of the run.
 * @param hooks Progress, program and clock.
 * @returns The run.
 * @throws {Error} If the setting is none that can be run.
 *
 * @example Usage
 * ```ts
 * import { runLab } from "./lab_run.ts";
 * import { DEFAULT_SETTING } from "./setting.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { verdict, picture } = runLab(DEFAULT_SETTING);
 * assertEquals(verdict.converged, true);
 * assertEquals(picture.counted, verdict.counted);
 * ```
 */
export function runLab(options: RunOptions, hooks: LabRunHooks = {}): LabRun {
  const { onProgress, program = "deno task", clock } = hooks;
  const startedMs = clock?.() ?? 0;
  const command = runCommand(program, "sim", options);
  const simulation = new Simulation(options, {
    onEvent: (event) => observer.add(event),
  });
  const observer = new RunObserver(simulation, command, hooks.hasReel ?? true);
  while (!simulation.advance(SLICE_EVENTS)) {
    onProgress?.(Math.min(1, simulation.now / simulation.faults.endTick));
  }
  const verdict = verdictOf(simulation, {
    command,
    ...clock !== undefined &&
      { wallSeconds: Math.round(clock() - startedMs) / 1000 },
  });
  return { options, verdict, ...observer.end(verdict) };
}

/** Records a run for its picture and its film. */
class RunObserver {
  readonly #simulation: Simulation;
  readonly #recorder: PictureRecorder;
  readonly #flights: FlightRecorder;
  readonly #shown: ReadonlySet<number>;
  readonly #events: HistoryEvent[] = [];
  readonly #eventsMax: number;
  #isFull = false;

  constructor(simulation: Simulation, command: string, hasReel: boolean) {
    const { faults, options } = simulation;
    const { delivery, seed, servers } = options;
    this.#simulation = simulation;
    this.#eventsMax = hasReel ? REEL_EVENTS_MAX : 0;
    this.#flights = new FlightRecorder(faults);
    this.#shown = new Set(serversToShow(faults.schedule));
    this.#recorder = new PictureRecorder({
      world: "virtual",
      delivery,
      seed,
      servers,
      plannedSeconds: secondsFromTicks(faults.endTick),
      command,
      faultFlags: formatFaultPlan(options.faults, options.replicas),
    }, faultMarks(faults.schedule));
  }

  add(event: HistoryEvent): void {
    const { kind, server, t } = event;
    if (kind === "draw" || kind === "count" || kind === "restart") {
      this.#sample(t);
      if (server !== undefined) this.#sampleServer(server, t);
    }
    if (server === undefined || this.#shown.has(server)) this.#film(event);
  }

  /** Ends the record of the run. */
  end(verdict: Verdict): Pick<LabRun, "picture" | "reel"> {
    const { now, options } = this.#simulation;
    this.#sample(secondsFromTicks(now));
    this.#recorder.end(verdict);
    const last = this.#events.at(-1);
    return {
      picture: this.#recorder.picture(),
      reel: {
        servers: [...this.#shown],
        isWhole: this.#shown.size === options.servers,
        events: this.#events,
        flights: this.#flights.flights,
        endTick: now,
        keptUntilTick: this.#isFull && last !== undefined ? tickOf(last) : now,
      },
    };
  }

  #film(event: HistoryEvent): void {
    if (this.#events.length >= this.#eventsMax) {
      this.#isFull = true;
      return;
    }
    this.#events.push(event);
    this.#flights.add(event);
  }

  #sample(seconds: number): void {
    const { meter } = this.#simulation;
    this.#recorder.sample(seconds, {
      generated: meter.likesGenerated,
      counted: meter.likesCounted,
      stalenessSeconds: secondsFromTicks(meter.stalenessTicks),
    });
  }

  #sampleServer(server: number, seconds: number): void {
    const { serverRows, primary } = this.#simulation;
    const { total, acknowledged } = serverRows.at(server);
    this.#recorder.sampleServer(server, seconds, {
      state: acknowledged < total ? "waiting" : "drawing",
      generated: total,
      acknowledged,
      counted: primary.totalOf(server),
    });
  }
}
