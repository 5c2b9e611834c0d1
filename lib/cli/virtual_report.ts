/**
 * The part of a report that shows a virtual run.
 *
 * @module
 */

import { secondsFromTicks } from "../domain/ticks.ts";
import { areThereReads, type RunOptions } from "../options/run_options.ts";
import { readTheoryOf } from "../sim/predict/read_theory.ts";
import { verdictOf } from "../sim/run.ts";
import { Simulation } from "../sim/simulation.ts";
import type { HistoryEvent } from "../verdict/history.ts";
import type { Verdict } from "../verdict/verdict.ts";
import { HistoryPicture } from "../view/picture/history_picture.ts";
import { runSample } from "../view/lab/run_sample.ts";
import type { RunSetting } from "../view/picture/picture.ts";
import { PictureRecorder } from "../view/picture/recorder.ts";
import { runSettingOf } from "../view/picture/run_setting.ts";
import type { ReportRun } from "../view/report/report.ts";

/**
 * Up to as many likes servers, replicas and readers a picture is made of every
 * event; of more, of looks at the sums.
 */
const SERVERS_MAX = 1_000;
const REPLICAS_MAX = 100;
const READERS_MAX = 1_000;

/** Events between two looks. */
const SLICE_EVENTS = 10_000;

/** Draws what a virtual run does. */
export class VirtualPicture {
  readonly #drawing: HistoryPicture | PictureRecorder;
  #simulation: Simulation | null = null;

  /**
   * @param options The run.
   * @param command What reproduces it.
   */
  constructor(options: RunOptions, command: string) {
    const { servers, replicas, readers } = options;
    const { setting: base, marks } = runSettingOf("virtual", options, command);
    const setting: RunSetting = {
      ...base,
      ...areThereReads(options) && { readTheory: readTheoryOf(options) },
    };
    const isSmall = servers <= SERVERS_MAX && replicas <= REPLICAS_MAX &&
      readers <= READERS_MAX;
    this.#drawing = isSmall
      ? new HistoryPicture(setting, {
        sample: (seconds) => runSample(this.#simulation!, seconds),
        countedOf: (server) => this.#simulation!.primary.totalOf(server),
      }, marks)
      : new PictureRecorder(setting, marks);
  }

  /**
   * The run that is drawn, before anything has happened in it.
   *
   * @param simulation The run.
   */
  watch(simulation: Simulation): void {
    this.#simulation = simulation;
  }

  /** A listener for every event; undefined if it needs none. */
  get onEvent(): ((event: HistoryEvent) => void) | undefined {
    const drawing = this.#drawing;
    return drawing instanceof HistoryPicture
      ? (event) => drawing.add(event)
      : undefined;
  }

  /** Looks at the sums of the run, between two slices of it. */
  look(): void {
    if (this.#drawing instanceof HistoryPicture) return;
    const simulation = this.#simulation!;
    const seconds = secondsFromTicks(simulation.now);
    this.#drawing.sample(seconds, runSample(simulation, seconds));
  }

  /**
   * The run is over.
   *
   * @param verdict The verdict on it.
   * @returns What a report tells of it.
   */
  end(verdict: Verdict): ReportRun {
    const drawing = this.#drawing;
    if (drawing instanceof HistoryPicture) {
      drawing.end(secondsFromTicks(this.#simulation!.now), verdict);
    } else {
      this.look();
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
  picture.watch(simulation);
  while (!simulation.advance(SLICE_EVENTS)) picture.look();
  return picture.end(verdictOf(simulation, { command }));
}
