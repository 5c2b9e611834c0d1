/**
 * The part of a report that shows a virtual run.
 *
 * @module
 */

import { secondsFromTicks, TICKS_PER_SECOND } from "../domain/ticks.ts";
import { formatFaultPlan } from "../faults/format.ts";
import { scheduleFaults } from "../faults/schedule.ts";
import type { RunOptions } from "../options/run_options.ts";
import { verdictOf } from "../sim/run.ts";
import { Simulation } from "../sim/simulation.ts";
import type { HistoryEvent } from "../verdict/history.ts";
import type { Verdict } from "../verdict/verdict.ts";
import { faultMarks } from "../view/picture/fault_marks.ts";
import { HistoryPicture } from "../view/picture/history_picture.ts";
import type { RunSetting } from "../view/picture/picture.ts";
import { PictureRecorder } from "../view/picture/recorder.ts";
import type { ReportRun } from "../view/report/report.ts";

/**
 * Up to as many likes servers a picture is made of every event; of more, of
 * looks at the sums.
 */
const SERVERS_MAX = 1_000;

/** Events between two looks. */
const SLICE_EVENTS = 10_000;

/** Draws what a virtual run does. */
export class VirtualPicture {
  readonly #drawing: HistoryPicture | PictureRecorder;

  /**
   * @param options The run.
   * @param command What reproduces it.
   */
  constructor(options: RunOptions, command: string) {
    const schedule = scheduleFaults(options);
    const { delivery, seed, servers } = options;
    const setting: RunSetting = {
      world: "virtual",
      delivery,
      seed,
      servers,
      plannedSeconds: secondsFromTicks(schedule.endTick),
      command,
      faultFlags: formatFaultPlan(options.faults, options.replicas),
    };
    const marks = faultMarks(schedule);
    this.#drawing = servers <= SERVERS_MAX
      ? new HistoryPicture(setting, marks)
      : new PictureRecorder(setting, marks);
  }

  /** A listener for every event; undefined if it needs none. */
  get onEvent(): ((event: HistoryEvent) => void) | undefined {
    const drawing = this.#drawing;
    return drawing instanceof HistoryPicture
      ? (event) => drawing.add(event)
      : undefined;
  }

  /**
   * Looks at the sums of a run, between two slices of it.
   *
   * @param simulation The run.
   */
  look({ now, meter }: Simulation): void {
    if (this.#drawing instanceof HistoryPicture) return;
    this.#drawing.sample(secondsFromTicks(now), {
      generated: meter.likesGenerated,
      counted: meter.likesCounted,
      stalenessSeconds: meter.stalenessTicks / TICKS_PER_SECOND,
    });
  }

  /**
   * The run is over.
   *
   * @param simulation The run.
   * @param verdict The verdict on it.
   * @returns What a report tells of it.
   */
  end(simulation: Simulation, verdict: Verdict): ReportRun {
    const drawing = this.#drawing;
    if (drawing instanceof HistoryPicture) {
      drawing.end(secondsFromTicks(simulation.now), verdict);
    } else {
      this.look(simulation);
      drawing.end(verdict);
    }
    return { picture: drawing.picture(), verdict };
  }
}

/**
 * Runs a virtual run for its picture.
 *
 * @param options The run.
 * @param command What reproduces it.
 * @returns What a report tells of it.
 */
export function reportRunOf(options: RunOptions, command: string): ReportRun {
  const picture = new VirtualPicture(options, command);
  const simulation = new Simulation(options, { onEvent: picture.onEvent });
  while (!simulation.advance(SLICE_EVENTS)) picture.look(simulation);
  return picture.end(simulation, verdictOf(simulation, { command }));
}
