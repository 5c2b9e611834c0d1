/**
 * The picture of a run, from the events of its history.
 *
 * @module
 */
import type { HistoryEvent } from "../../verdict/history.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { describeEvent } from "./history_events.ts";
import type {
  FaultMark,
  RunPicture,
  RunSetting,
  ServerState,
} from "./picture.ts";
import { PictureRecorder, type RunSample } from "./recorder.ts";

/** The sums of a run at its last event. */
export interface RunSums {
  /**
   * The numbers of the run.
   *
   * @param seconds When that is.
   * @returns The numbers.
   */
  sample(seconds: number): RunSample;
  /**
   * Likes of a likes server that are counted.
   *
   * @param server Its id.
   * @returns Likes.
   */
  countedOf(server: number): number;
}

/** A likes server, as its events tell. */
interface Server {
  generated: number;
  acknowledged: number;
  /** Set while it is down or stands still. */
  fault: "crashed" | "paused" | null;
}

/** Kinds of events after which the sums are others. */
export const CHANGING: ReadonlySet<string> = new Set([
  "draw",
  "count",
  "crash",
  "restart",
  "merge",
  "value",
]);

/**
 * Follows a virtual run event by event and draws it: its events tell what likes
 * servers do, its sums what is counted.
 *
 * @example
 * ```ts
 * import { HistoryPicture } from "./history_picture.ts";
 * import { assertEquals } from "@std/assert";
 *
 * let counted = 0;
 * const history = new HistoryPicture({ world: "virtual", plannedSeconds: 10 }, {
 *   sample: () => ({ generated: 14, counted }),
 *   countedOf: () => counted,
 * });
 * history.add({ t: 1, kind: "draw", server: 0, seq: 1, likes: 14, total: 14 });
 * counted = 14;
 * history.add({ t: 3, kind: "count", server: 0, seq: 1, likes: 14, total: 14 });
 * const { series } = history.picture();
 * assertEquals(series.generated, [14, 14]);
 * assertEquals(series.counted, [0, 14]);
 * ```
 */
export class HistoryPicture {
  readonly #recorder: PictureRecorder;
  readonly #sums: RunSums;
  readonly #servers = new Map<number, Server>();

  /**
   * @param setting The setting of the run.
   * @param sums Its sums, asked for after each event.
   * @param faults Its planned faults.
   */
  constructor(
    setting: RunSetting,
    sums: RunSums,
    faults: readonly FaultMark[] = [],
  ) {
    this.#sums = sums;
    this.#recorder = new PictureRecorder(setting, faults);
  }

  /**
   * Takes the next event in.
   *
   * @param event The event.
   */
  add(event: HistoryEvent): void {
    this.#recorder.event(describeEvent(event));
    const { server, kind } = event;
    if (server !== undefined) this.#addOfServer(server, event);
    const isOfClient = kind === "crash" && server !== undefined;
    if (CHANGING.has(kind) && !isOfClient) this.#sample(event.t);
  }

  #addOfServer(id: number, event: HistoryEvent): void {
    const server = this.#servers.get(id) ??
      { generated: 0, acknowledged: 0, fault: null };
    this.#servers.set(id, server);
    const { kind, likes = 0, total } = event;
    switch (kind) {
      case "draw":
        server.generated += likes;
        break;
      case "count":
        break;
      case "ack":
        server.acknowledged = Math.max(server.acknowledged, total ?? 0);
        break;
      case "crash":
        server.fault = "crashed";
        break;
      case "pause":
        server.fault = "paused";
        break;
      case "restart":
      case "resume":
        server.fault = null;
        break;
      default:
        return;
    }
    const { generated, acknowledged } = server;
    this.#recorder.sampleServer(id, event.t, {
      state: stateOf(server),
      generated,
      acknowledged,
      counted: this.#sums.countedOf(id),
    });
  }

  #sample(seconds: number): void {
    this.#recorder.sample(seconds, this.#sums.sample(seconds));
  }

  /**
   * Ends the run.
   *
   * @param seconds The time of its end.
   * @param verdict The verdict.
   */
  end(seconds: number, verdict: Verdict): void {
    this.#sample(Math.max(seconds, this.#recorder.nowSeconds));
    this.#recorder.end(verdict);
  }

  /**
   * The picture as it is now.
   *
   * @returns Plain data, not changed by what comes later.
   */
  picture(): RunPicture {
    return this.#recorder.picture();
  }
}

function stateOf(
  { fault, generated, acknowledged }: Server,
): ServerState {
  return fault ?? (acknowledged < generated ? "waiting" : "drawing");
}
