/**
 * Draws of likes servers, when they are due.
 *
 * @module
 */

import type { DrawPlan } from "../rules/draws.ts";
import type { LikesServer } from "../rules/likes_server.ts";
import { SEND } from "../rules/report_sender.ts";
import type { Meter } from "../verdict/meter.ts";
import type { Lifetimes } from "./lifetimes.ts";
import type { RunParts } from "./parts.ts";
import type { Recorder } from "./recorder.ts";
import type { ReplicaWorld } from "./replicas/world.ts";
import type { ServerRows } from "./server_rows.ts";

/** Sends the reports of rows of likes servers. */
export interface RowSender {
  /**
   * Sends the report of a row.
   *
   * @param row Which.
   * @param now The tick.
   * @param likesServer The cursor on it.
   */
  send(row: number, now: number, likesServer: LikesServer): void;
}

/** Lets likes servers draw, each in all of its rows. */
export class DrawEvents {
  readonly #plan: DrawPlan;
  readonly #lifetimes: Lifetimes;
  readonly #likesServers: LikesServer;
  readonly #serverRows: ServerRows;
  readonly #replicas: ReplicaWorld | null;
  readonly #meter: Meter;
  readonly #recorder: Recorder;
  readonly #sender: RowSender;

  /**
   * No draw is made.
   *
   * @param parts The parts of the run.
   * @param sender Sends what is drawn.
   */
  constructor(parts: RunParts, sender: RowSender) {
    this.#plan = parts.plan;
    this.#lifetimes = parts.lifetimes;
    this.#likesServers = parts.likesServers;
    this.#serverRows = parts.serverRows;
    this.#replicas = parts.replicas;
    this.#meter = parts.meter;
    this.#recorder = parts.recorder;
    this.#sender = sender;
  }

  /**
   * A likes server's lifetime begins, in one of its rows.
   *
   * @param row Which, where the cursor is afterwards.
   */
  start(row: number): void {
    const server = this.#serverRows.serverOf(row);
    const startTick = this.#lifetimes.startTickOf(server);
    const start = this.#plan.draw(server, 0);
    this.#likesServers.at(row)
      .start(this.#lifetimes.plannedAfter(start, server, startTick));
  }

  /**
   * A draw is planned for now. Whichever row comes first makes it for all.
   *
   * @param row The row that comes first, where the cursor is.
   * @param now The tick.
   */
  draw(row: number, now: number): void {
    const likesServer = this.#likesServers;
    const rows = this.#serverRows;
    const server = rows.serverOf(row);
    const { drawAt, k } = likesServer;
    const draw = this.#plan.draw(server, k);
    const likes = this.#plan.likes(draw);
    const nextDrawAt = this.#lifetimes.plannedAfter(draw, server, drawAt);
    const first = rows.firstOf(server);
    for (let other = first; other < first + rows.size; other++) {
      const action = likesServer.at(other).draw(now, likes, nextDrawAt);
      if (other === first) {
        const seq = likesServer.seq;
        this.#meter.drawn(now, server, seq, likes);
        this.#replicas?.drawn(now, server);
        this.#recorder.draw(now, server, seq, likes, likesServer.total);
      }
      if (action === SEND) this.#sender.send(other, now, likesServer);
    }
    likesServer.at(row);
  }
}
