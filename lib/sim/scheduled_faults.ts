/**
 * The scheduled faults of a run as they happen: crashes, restarts, pauses,
 * partitions.
 *
 * @module
 */

import { isReplica, PRIMARY, replicaOf } from "../domain/nodes.ts";
import { NEVER } from "../domain/ticks.ts";
import { linkEntries } from "../faults/link_entries.ts";
import type {
  LinkTransition,
  ProcessTransition,
} from "../faults/transitions.ts";
import { skipDraws } from "../rules/draws.ts";
import type { RunParts } from "./parts.ts";
import { EventDirection } from "./recorder.ts";
import type { Traffic } from "./traffic.ts";

/** The id by which the history names all likes servers, or none. */
const ALL = -1;
/** No replica, no reader. */
const NOBODY = -1;
/** Number by which the history calls a primary. */
const PRIMARY_ITSELF = -1;

/** Lets scheduled faults happen, one by one. */
export class ScheduledFaults {
  readonly #parts: RunParts;
  readonly #traffic: Traffic;

  /**
   * Stands before the first fault.
   *
   * @param parts The parts of the run.
   * @param traffic Processes and network.
   */
  constructor(parts: RunParts, traffic: Traffic) {
    this.#parts = parts;
    this.#traffic = traffic;
  }

  /**
   * Goes on to the next scheduled fault.
   *
   * @returns When it happens.
   */
  next(): number {
    const transition = this.#parts.outages.next();
    if (transition === undefined) return NEVER;
    if (!("process" in transition)) this.#changeLinks(transition);
    else if (isReplica(transition.process)) this.#changeReplica(transition);
    else this.#changeLikesServer(transition);
    return transition.tick;
  }

  /**
   * Ends what is in force, as the run is over before all that was scheduled has
   * happened.
   *
   * @param tick When the run is over.
   */
  lift(tick: number): void {
    const { outages, options, faults } = this.#parts;
    if (outages.nextTick === NEVER) return;
    const { servers } = options;
    for (let server = 0; server < servers; server++) {
      if (
        faults.cut(server, PRIMARY, tick) || faults.cut(PRIMARY, server, tick)
      ) {
        this.#parts.recorder.fault(tick, "heal", ALL);
        break;
      }
    }
    for (const ending of outages.endingsOfReplicas()) {
      this.#changeReplica({ tick, ...ending });
    }
  }

  #changeLinks(transition: LinkTransition): void {
    const { recorder, options } = this.#parts;
    const { tick, kind } = transition;
    for (const entry of linkEntries(transition, options.replicas)) {
      const { server = ALL, reader = NOBODY, reply } = entry;
      const { replica = NOBODY, peer = NOBODY } = entry;
      const direction = reply === undefined
        ? EventDirection.REPORT
        : reply
        ? EventDirection.REPLY
        : EventDirection.REPORTS_ONLY;
      if (reader !== NOBODY) recorder.of(reader, replica);
      else if (peer !== NOBODY) recorder.between(replica, peer);
      else if (replica !== NOBODY) recorder.at(replica);
      recorder.fault(tick, kind, server, direction);
    }
  }

  #changeReplica({ tick, kind, process }: ProcessTransition): void {
    const { outages } = this.#parts;
    const replica = replicaOf(process);
    switch (kind) {
      case "pause":
        outages.pause(process);
        break;
      case "crash":
        outages.setReplicaDown(replica, true);
        break;
      case "restart":
        outages.setReplicaDown(replica, false);
        this.#resumeReplica(tick, replica);
        return;
    }
    this.#parts.recorder.at(replica).fault(tick, kind, PRIMARY_ITSELF);
    if (kind === "crash") this.#killReplica(tick, process);
  }

  #killReplica(tick: number, process: number): void {
    const { replicas, primary, meter, serverRows, outages } = this.#parts;
    const hasForgotten = primary === null
      ? replicas!.crash(replicaOf(process), tick, !outages.comesBack(process))
      : primary.crash(tick);
    if (!hasForgotten) return;
    meter.forgotten(
      tick,
      this.#parts.counted.total,
      (server) => serverRows.at(server).settledSeq,
    );
  }

  #resumeReplica(tick: number, replica: number): void {
    const { replicas, counted } = this.#parts;
    replicas?.restart(replica, tick);
    const total = replicas?.set.ledgerOf(replica).total ?? counted.total;
    this.#parts.recorder.at(replica).fault(
      tick,
      "restart",
      PRIMARY_ITSELF,
      EventDirection.REPORT,
      total,
    );
  }

  #changeLikesServer(transition: ProcessTransition): void {
    const { tick, kind, process: server } = transition;
    const { outages, recorder, mailbox, queue } = this.#parts;
    const { serverRows, likesServers, replicas } = this.#parts;
    const whole = serverRows.at(server);
    const hasEnded = tick >= this.#parts.lifetimes.endTickOf(server) &&
      whole.isIdle;
    const first = serverRows.firstOf(server);
    const last = first + serverRows.size - 1;
    switch (kind) {
      case "crash":
        if (hasEnded) return;
        outages.crash(server, likesServers.drawAt);
        for (let row = first; row <= last; row++) {
          mailbox.spill(likesServers.at(row), row);
          likesServers.crash();
        }
        replicas?.readers?.crash(server);
        recorder.fault(tick, kind, server);
        break;
      case "pause":
        if (hasEnded) return;
        outages.pause(server);
        recorder.fault(tick, kind, server);
        break;
      case "restart":
        if (!outages.isDown(server)) return;
        recorder.fault(tick, kind, server);
        this.#restart(server, tick);
        break;
      case "resume":
        // What it missed was put off to this tick when it was stopped.
        if (outages.pausedUntil(server) === tick) {
          recorder.fault(tick, kind, server);
        }
        return;
    }
    for (let row = first; row <= last; row++) {
      queue.move(row, this.#traffic.nextTick(row, likesServers.at(row)));
    }
  }

  #restart(server: number, now: number): void {
    const { plan, draws, outages, likesServers, serverRows } = this.#parts;
    const first = serverRows.firstOf(server);
    const likesServer = likesServers.at(first);
    const { k, at } = skipDraws(
      plan,
      server,
      { k: likesServer.k, at: outages.restart(server) },
      now,
      this.#parts.lifetimes.endTickOf(server),
    );
    draws.skipped(server, likesServer.seq, k - likesServer.k);
    this.#parts.replicas?.targets.restart(server);
    serverRows.restart(server);
    for (let row = first; row < first + serverRows.size; row++) {
      likesServers.at(row);
      const settledSeq = likesServer.settledSeq;
      const action = serverRows.areToAll
        ? likesServer.resumeUnknown(now, k, at)
        : likesServer.resume(now, k, at);
      this.#traffic.giveUp(server, now, likesServer, settledSeq);
      this.#traffic.act(row, now, likesServer, action);
    }
  }
}
