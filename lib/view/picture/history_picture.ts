/**
 * The picture of a run, from the events of its history.
 *
 * @module
 */
import type { HistoryEvent } from "../../verdict/history.ts";
import { HistoryMeter } from "../../verdict/replay.ts";
import { TICKS_PER_SECOND } from "../../domain/ticks.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { describeEvent } from "./history_events.ts";
import type {
  FaultMark,
  RunPicture,
  RunSetting,
  ServerState,
} from "./picture.ts";
import { PictureRecorder } from "./recorder.ts";

/** One likes server, as its events tell. */
interface Server {
  generated: number;
  acknowledged: number;
  counted: number;
  /** Set while it is down or stands still. */
  fault: "crashed" | "paused" | null;
}

/**
 * Follows a history event by event and draws it: for virtual runs, and for
 * history files.
 *
 * @example
 * ```ts
 * import { HistoryPicture } from "./history_picture.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const history = new HistoryPicture({ world: "virtual", plannedSeconds: 10 });
 * history.add({ t: 1, kind: "draw", server: 0, seq: 1, likes: 14, total: 14 });
 * history.add({ t: 3, kind: "count", server: 0, seq: 1, likes: 14, total: 14 });
 * const { series } = history.picture();
 * assertEquals(series.generated, [14, 14]);
 * assertEquals(series.counted, [0, 14]);
 * ```
 */
export class HistoryPicture {
  readonly #recorder: PictureRecorder;
  readonly #history = new HistoryMeter();
  readonly #servers = new Map<number, Server>();

  /**
   * @param setting The setting of the run.
   * @param faults Its planned faults.
   */
  constructor(
    setting: RunSetting,
    faults: readonly FaultMark[] = [],
  ) {
    this.#recorder = new PictureRecorder(setting, faults);
  }

  /**
   * Takes the next event in.
   *
   * @param event The event.
   */
  add(event: HistoryEvent): void {
    this.#history.add(event);
    this.#recorder.event(describeEvent(event));
    const { server, kind } = event;
    if (server !== undefined) this.#addOfServer(server, event);
    if (kind === "draw" || kind === "count" || kind === "restart") {
      this.#sample(event.t);
    }
  }

  #addOfServer(id: number, event: HistoryEvent): void {
    const server = this.#server(id);
    const { kind, likes = 0, total } = event;
    switch (kind) {
      case "draw":
        server.generated += likes;
        break;
      case "count":
        server.counted += likes;
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
    const { generated, acknowledged, counted } = server;
    this.#recorder.sampleServer(id, event.t, {
      state: stateOf(server),
      generated,
      acknowledged,
      counted,
    });
  }

  #sample(seconds: number): void {
    const { meter } = this.#history;
    this.#recorder.sample(seconds, {
      generated: meter.likesGenerated,
      counted: meter.likesCounted,
      stalenessSeconds: meter.stalenessTicks / TICKS_PER_SECOND,
    });
  }

  /**
   * Ends the run.
   *
   * @param seconds The time of its end.
   * @param verdict The verdict.
   */
  end(seconds: number, verdict: Verdict): void {
    this.#history.meter.end(Math.round(seconds * TICKS_PER_SECOND));
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

  #server(id: number): Server {
    let server = this.#servers.get(id);
    if (server === undefined) {
      server = { generated: 0, acknowledged: 0, counted: 0, fault: null };
      this.#servers.set(id, server);
    }
    return server;
  }
}

function stateOf(
  { fault, generated, acknowledged }: Server,
): ServerState {
  return fault ?? (acknowledged < generated ? "waiting" : "drawing");
}
