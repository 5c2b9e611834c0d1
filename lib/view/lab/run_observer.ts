/**
 * The record of a virtual run, for the picture and the film of it.
 *
 * @module
 */

import { isReader, readerOf } from "../../domain/nodes.ts";
import { secondsFromTicks } from "../../domain/ticks.ts";
import { areThereReads, type RunOptions } from "../../options/run_options.ts";
import { readTheoryOf } from "../../sim/predict/read_theory.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { type HistoryEvent, tickOf } from "../../verdict/history.ts";
import type { ReadTheory } from "../../verdict/prediction.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { CHANGING } from "../picture/history_picture.ts";
import { REPLICA_LINES_MAX, type RunPicture } from "../picture/picture.ts";
import { PictureRecorder } from "../picture/recorder.ts";
import { runSettingOf } from "../picture/run_setting.ts";
import type { EventSums, FilmReel } from "./film/film_reel.ts";
import { FlightRecorder } from "./film/flights.ts";
import { runSample } from "./run_sample.ts";
import { inWordsOfPage } from "./setting.ts";
import { serversToShow, SHOWN_MAX } from "./servers_shown.ts";
import {
  followReads,
  type LabReads,
  ReadSample,
  type ToldRead,
} from "./film/told_reads.ts";

/** The most events that a film keeps. */
const REEL_EVENTS_MAX = 200_000;

/** Kinds of events that are about the likes of a likes server. */
const OF_SERVERS: ReadonlySet<string> = new Set(["draw", "count", "ack"]);

/** A run as it was recorded. */
export interface ObservedRun {
  /** The picture: lines, faults, likes servers. */
  readonly picture: RunPicture;
  /** The events and messages of its film. */
  readonly reel: FilmReel;
  /** The reads, or a sample of them; left out where nobody reads. */
  readonly reads?: LabReads;
}

/** Records a run for its picture and its film. */
export class RunObserver {
  readonly #simulation: Simulation;
  readonly #recorder: PictureRecorder;
  readonly #flights: FlightRecorder;
  readonly #shown: ReadonlySet<number>;
  readonly #readers: number;
  readonly #likes = new Map<
    number,
    { generated: number; acknowledged: number }
  >();
  readonly #events: HistoryEvent[] = [];
  readonly #sums: EventSums[] = [];
  readonly #reads: ToldRead[] = [];
  readonly #sample = new ReadSample();
  readonly #follow: ((event: HistoryEvent) => void) | null;
  readonly #eventsMax: number;
  #isFull = false;

  /**
   * @param simulation The run, before anything has happened in it.
   * @param command The command line that reproduces it.
   * @param hasReel Whether messages are kept.
   */
  constructor(simulation: Simulation, command: string, hasReel: boolean) {
    const { faults, options, replicas } = simulation;
    // Of more replicas there is no stage.
    const isDrawn = hasReel && options.replicas <= REPLICA_LINES_MAX;
    this.#simulation = simulation;
    this.#eventsMax = isDrawn ? REEL_EVENTS_MAX : 0;
    this.#flights = new FlightRecorder(faults, options);
    this.#shown = new Set(serversToShow(faults.schedule));
    this.#readers = Math.min(options.readers, SHOWN_MAX);
    this.#follow = !hasReel || replicas === null || replicas.readers === null
      ? null
      : followReads(replicas.readers, (read) => this.#read(read));
    const { setting, marks } = runSettingOf("virtual", options, command);
    this.#recorder = new PictureRecorder({
      ...setting,
      ...areThereReads(options) && hasReel &&
        { readTheory: theoryOf(options) },
    }, marks);
  }

  /**
   * Takes an event, in order.
   *
   * @param event Any event of the history.
   */
  add(event: HistoryEvent): void {
    const { kind, server, t } = event;
    if (CHANGING.has(kind)) this.#take(t);
    if (server !== undefined && OF_SERVERS.has(kind)) this.#takeServer(event);
    this.#follow?.(event);
    if (this.#isShown(event)) this.#film(event);
  }

  #isShown({ server, reader }: HistoryEvent): boolean {
    return reader !== undefined
      ? reader < this.#readers
      : server === undefined || this.#shown.has(server);
  }

  /**
   * Ends the record of the run.
   *
   * @param verdict The verdict on it.
   * @returns Its picture, its film and its reads.
   */
  end(verdict: Verdict): ObservedRun {
    const { now, options } = this.#simulation;
    this.#take(secondsFromTicks(now));
    this.#recorder.end(verdict);
    const last = this.#events.at(-1);
    const { reads, every } = this.#sample;
    return {
      picture: this.#recorder.picture(),
      reel: {
        servers: [...this.#shown],
        isWhole: this.#shown.size === options.servers,
        readers: this.#readers,
        events: this.#events,
        sums: this.#sums,
        flights: this.#flights.flights(),
        reads: this.#reads,
        endTick: now,
        keptUntilTick: this.#isFull && last !== undefined ? tickOf(last) : now,
      },
      ...this.#follow !== null && { reads: { reads, every } },
    };
  }

  #film(event: HistoryEvent): void {
    if (this.#events.length >= this.#eventsMax) {
      this.#isFull = true;
      return;
    }
    this.#events.push(event);
    this.#sums.push(this.#sumsAfter(event));
    this.#flights.add(event);
  }

  #sumsAfter({ kind, server, replica }: HistoryEvent): EventSums {
    if (kind === "draw" || !CHANGING.has(kind)) return null;
    const { primary, replicas } = this.#simulation;
    return {
      counted: primary.total,
      ...kind === "count" && server !== undefined &&
        { ofServer: primary.totalOf(server) },
      ...replica !== undefined && replicas?.areMany &&
        { ofReplica: replicas.set.ledgerOf(replica).total },
    };
  }

  #read(read: ToldRead): void {
    this.#sample.add(read);
    const { client, stale } = read;
    const isShown = isReader(client)
      ? readerOf(client) < this.#readers
      : this.#shown.has(client);
    if (!isShown || this.#eventsMax === 0 || this.#isFull) return;
    this.#reads.push(read);
    if (stale !== undefined) this.#flights.markStale(stale);
  }

  #take(seconds: number): void {
    this.#recorder.sample(seconds, runSample(this.#simulation, seconds));
  }

  /**
   * Takes the numbers of a likes server from its event: the run's own cursor on
   * likes servers must stay where it is.
   */
  #takeServer({ kind, server = 0, total = 0, t }: HistoryEvent): void {
    const likes = this.#likes.get(server) ?? { generated: 0, acknowledged: 0 };
    this.#likes.set(server, likes);
    if (kind === "draw") likes.generated = total;
    else if (kind === "ack") likes.acknowledged = total;
    const { generated, acknowledged } = likes;
    this.#recorder.sampleServer(server, t, {
      state: acknowledged < generated ? "waiting" : "drawing",
      generated,
      acknowledged,
      counted: this.#simulation.primary.totalOf(server),
    });
  }
}

/** The theory of the reads of a run, in the words of the page. */
function theoryOf(options: RunOptions): ReadTheory {
  const theory = readTheoryOf(options);
  return theory.without === undefined
    ? theory
    : { without: theory.without.map(inWordsOfPage) };
}
