/**
 * One run of the laboratory, from its setting to all that the page shows of it.
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

/** What the page shows of a run. */
export interface LabRun {
  /** What it was told. */
  readonly options: RunOptions;
  /** What it came to, with the command that reproduces it. */
  readonly verdict: Verdict;
  /** Its lines, its faults, its likes servers. */
  readonly picture: RunPicture;
  /** Its messages. */
  readonly reel: FilmReel;
}

/** How to do a run. */
export interface LabRunHooks {
  /** Is told how far the run is, 0 to 1, now and then. */
  readonly onProgress?: ((share: number) => void) | undefined;
  /** What is typed before `sim`. @default {"deno task"} */
  readonly program?: string | undefined;
  /**
   * Tells milliseconds, to time the run; without it the verdict does not say
   * how long it took.
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
 * Does a run.
 *
 * @param options What to run.
 * @param hooks Who looks on.
 * @returns What the page shows.
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
  const observer = new Observer(simulation, command, hooks.hasReel ?? true);
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

/** Looks on at a run. */
class Observer {
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
      faultFlags: formatFaultPlan(options.faults),
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

  /** The run is over. */
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
    const { likesServers, primary } = this.#simulation;
    const { total, acknowledged } = likesServers.at(server);
    this.#recorder.sampleServer(server, seconds, {
      state: acknowledged < total ? "waiting" : "drawing",
      generated: total,
      acknowledged,
      counted: primary.totalOf(server),
    });
  }
}
