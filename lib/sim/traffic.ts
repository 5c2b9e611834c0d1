/**
 * Likes servers, primary and the messages between them, event by event.
 *
 * @module
 */

import { MessageKind } from "../domain/messages.ts";
import { replicaNode } from "../domain/nodes.ts";
import { NEVER } from "../domain/ticks.ts";
import { Family, type Streams } from "../domain/random.ts";
import type { Faults } from "../faults/force.ts";
import type { MessageChance } from "../faults/message_chance.ts";
import {
  DUPLICATE,
  GAP as REFUSED_GAP,
  reasonOf,
} from "../protocol/validator.ts";
import type { LikesServer } from "../rules/likes_server.ts";
import { type Action, SEND } from "../rules/report_sender.ts";
import type { Meter } from "../verdict/meter.ts";
import { ACK_BYTES, gapBytes, refusalBytes, ReportBytes } from "./bytes.ts";
import { Due, HELD, isReport, type Mailbox } from "./mailbox.ts";
import { DrawEvents } from "./draw_events.ts";
import type { Outages } from "./outages.ts";
import type { RunParts } from "./parts.ts";
import { EventDirection, type Recorder } from "./recorder.ts";
import type { ServerRows } from "./server_rows.ts";
import type { ReplicaWorld } from "./replicas/world.ts";
import type { ReportReceiver } from "./virtual_primary.ts";

const { REPORT: REPORTED, REPLY: REPLIED } = MessageKind;
const { REPORT_COPY, ACK, GAP, REFUSAL, WAKE } = Due;
const { BACKOFF } = Family;
const { REPORT: ON_REPORT, REPLY: ON_REPLY } = EventDirection;

/** The shells of all processes, and the network between them. */
export class Traffic {
  /** Messages sent, reports and replies, the network's copies included. */
  messages = 0;
  /** Bytes of these. */
  bytes = 0;
  /** The last tick for which an ACK was foreseen. */
  foreseenTick = 0;
  /**
   * Whether some likes server had something left to deliver after the drain. It
   * may have crashed since, and been started again with nothing.
   */
  mayLeaveSome = false;

  readonly #deadlineTick: number;
  readonly #streams: Streams;
  readonly #faults: Faults;
  readonly #reports: MessageChance;
  readonly #replies: MessageChance;
  readonly #likesServers: LikesServer;
  readonly #draws: DrawEvents;
  readonly #serverRows: ServerRows;
  /** Whether likes servers report to all replicas, in a row for each. */
  readonly #areToAll: boolean;
  /** The primary, or all replicas. */
  readonly #receiver: ReportReceiver;
  /** Replicas and readers; null where a single primary is all there is. */
  readonly #replicas: ReplicaWorld | null;
  readonly #meter: Meter;
  readonly #recorder: Recorder;
  readonly #mailbox: Mailbox;
  readonly #outages: Outages;
  readonly #reportBytes: ReportBytes;
  /**
   * The tick from which on no ACK is foreseen: the end of the likes servers, 0
   * once the run is cut short.
   */
  #foresightEnd: number;

  /**
   * Begins with nothing on its way.
   *
   * @param parts The parts of the run.
   */
  constructor(parts: RunParts) {
    this.#deadlineTick = parts.deadlineTick;
    this.#streams = parts.streams;
    this.#faults = parts.faults;
    this.#reports = parts.faults.chanceOf(REPORTED);
    this.#replies = parts.faults.chanceOf(REPLIED);
    this.#likesServers = parts.likesServers;
    this.#serverRows = parts.serverRows;
    this.#areToAll = parts.serverRows.areToAll;
    this.#receiver = parts.receiver;
    this.#replicas = parts.replicas;
    this.#meter = parts.meter;
    this.#recorder = parts.recorder;
    this.#mailbox = parts.mailbox;
    this.#outages = parts.outages;
    this.#draws = new DrawEvents(parts, this);
    this.#reportBytes = new ReportBytes(parts.options.delivery);
    // Readers, and those who report to all, must not learn of an ACK early.
    const areReaders = (parts.replicas?.readers ?? null) !== null;
    this.#foresightEnd = this.#areToAll || areReaders ? 0 : parts.deadlineTick;
  }

  /** From now on no ACK is foreseen, as the run is cut short. */
  endForesight(): void {
    this.#foresightEnd = 0;
  }

  /**
   * A likes server's lifetime begins, in one of its rows.
   *
   * @param row Which.
   * @returns When something is due for it.
   */
  start(row: number): number {
    this.#mailbox.clear(row);
    this.#draws.start(row);
    return this.nextTick(row, this.#likesServers);
  }

  /**
   * Handles what is due for a row of a likes server.
   *
   * @param row Which.
   * @param now The tick.
   * @returns When the next thing is due for it.
   */
  handle(row: number, now: number): number {
    const likesServer = this.#likesServers.at(row);
    const due = this.#mailbox.due(row, now);
    if (due === WAKE) this.#wake(row, now, likesServer);
    else if (isReport(due)) this.#arriveAtPrimary(row, now, due);
    else this.#arriveAtLikesServer(row, now, likesServer, due);
    return this.nextTick(row, likesServer);
  }

  /**
   * The tick at which something is due for a row of a likes server.
   *
   * @param row Which.
   * @param likesServer The cursor on it.
   * @returns The tick, NEVER if nothing is.
   */
  nextTick(row: number, likesServer: LikesServer): number {
    const arrival = this.#mailbox.nextArrival(row);
    const wake = likesServer.wakeAt;
    if (arrival <= wake) return arrival;
    return this.#outages.areNone && wake <= this.#deadlineTick
      ? wake
      : this.#nextWake(row, wake, arrival);
  }

  /** The tick of a wake, where that is not simply when it is due. */
  #nextWake(row: number, wake: number, arrival: number): number {
    if (wake > this.#deadlineTick) {
      this.mayLeaveSome = true;
      return arrival;
    }
    const server = this.#serverRows.serverOf(row);
    return Math.min(arrival, Math.max(wake, this.#outages.pausedUntil(server)));
  }

  // --- likes servers

  /** A draw is due, or a wait is over. */
  #wake(row: number, now: number, likesServer: LikesServer): void {
    // Perhaps what it was to wake for was done together with another row.
    if (this.#areToAll && likesServer.wakeAt > now) return;
    if (likesServer.drawAt <= likesServer.actAt) this.#draws.draw(row, now);
    else this.#due(row, now, likesServer);
  }

  /** A wait is over: for a reply, or between two attempts. */
  #due(row: number, now: number, likesServer: LikesServer): void {
    this.#mailbox.spill(likesServer, row);
    const settledSeq = likesServer.settledSeq;
    if (likesServer.inFlight) this.#replicas?.targets.unanswered(row);
    const action = likesServer.due(now, this.#jitter(row, likesServer));
    const server = this.#serverRows.serverOf(row);
    this.giveUp(server, now, likesServer, settledSeq);
    this.act(row, now, likesServer, action);
  }

  /**
   * Does what a likes server has decided.
   *
   * @param row The row in which it has.
   * @param now The tick.
   * @param likesServer The cursor on it.
   * @param action What it has decided.
   */
  act(
    row: number,
    now: number,
    likesServer: LikesServer,
    action: Action,
  ): void {
    if (action === SEND) this.send(row, now, likesServer);
  }

  /**
   * Records that what was settled without an answer was given up. Of likes
   * servers that report to all it is not: another replica may acknowledge it.
   *
   * @param server Whose.
   * @param now The tick.
   * @param likesServer The cursor on it.
   * @param settledSeqBefore Up to which draw all were settled before.
   */
  giveUp(
    server: number,
    now: number,
    likesServer: LikesServer,
    settledSeqBefore: number,
  ): void {
    const seq = likesServer.settledSeq;
    if (seq <= settledSeqBefore || this.#areToAll) return;
    this.#meter.givenUp(now, server, seq);
    this.#recorder.giveUp(now, server, seq);
  }

  #jitter(row: number, likesServer: LikesServer): number {
    return this.#streams.bits(BACKOFF, row, likesServer.attempt);
  }

  // --- messages leave

  /**
   * Sends the report of a row.
   *
   * @param row Which.
   * @param now The tick.
   * @param likesServer The cursor on it.
   */
  send(row: number, now: number, likesServer: LikesServer): void {
    const reports = this.#reports;
    const server = this.#serverRows.serverOf(row);
    const attempt = likesServer.attempt;
    const likes = likesServer.reportLikes;
    const seq = likesServer.reportSeq;
    const total = likesServer.reportTotal;
    const bytes = this.#reportBytes.of(server, likes, seq, total);
    this.messages++;
    this.bytes += bytes;
    const replica = this.#replicas === null
      ? 0
      : this.#replicas.targets.of(row, attempt);
    this.#recorder.at(replica).send(now, server, seq, likes, total, attempt);
    const arrival = reports.arrivalTick(row, attempt, now);
    if (arrival === NEVER) {
      this.#recorder.at(replica).lose(now, server, attempt, ON_REPORT);
      return;
    }
    this.#mailbox.sendReport(row, replica, arrival);
    const copy = reports.copyArrivalTick(row, attempt, now);
    if (copy === NEVER) return;
    this.messages++;
    this.bytes += bytes;
    this.#recorder.at(replica).copy(now, server, attempt, ON_REPORT);
    this.#mailbox.sendCopy(likesServer, row, replica, copy);
  }

  /** The primary answers the open report. */
  #reply(
    row: number,
    now: number,
    kind: Due,
    value: number,
    bytes: number,
  ): void {
    this.messages++;
    this.bytes += bytes;
    const replies = this.#replies;
    const mailbox = this.#mailbox;
    // As in a live run, an answer to the network's copy goes nowhere.
    if (mailbox.kind === REPORT_COPY) return;
    const attempt = mailbox.attempt;
    const server = this.#serverRows.serverOf(row);
    const arrival = replies.arrivalTick(row, attempt, now);
    if (arrival === NEVER) {
      this.#recorder.at(mailbox.replica).lose(now, server, attempt, ON_REPLY);
      return;
    }
    const copy = replies.copyArrivalTick(row, attempt, now);
    const isCopied = copy !== NEVER;
    if (kind === ACK && !isCopied && this.#foresees(row, arrival)) {
      if (arrival > this.foreseenTick) this.foreseenTick = arrival;
      this.#acknowledge(row, arrival, attempt);
      return;
    }
    mailbox.sendReply(row, kind, value, arrival, false);
    if (!isCopied) return;
    this.messages++;
    this.bytes += bytes;
    this.#recorder.at(mailbox.replica).copy(now, server, attempt, ON_REPLY);
    mailbox.sendReply(row, kind, value, copy, true);
  }

  /**
   * Whether nothing can come between an ACK, sent now, and its arrival, and
   * nothing follows from it but that the likes server takes note. It can do so
   * at once then: a visit of the queue less for most reports, a seventh of what
   * they cost.
   */
  #foresees(server: number, arrival: number): boolean {
    const likesServer = this.#likesServers;
    return arrival < this.#foresightEnd &&
      arrival < likesServer.wakeAt && arrival < this.#outages.nextTick &&
      likesServer.seq === likesServer.reportSeq &&
      this.#mailbox.isOnlyOne(server) &&
      (this.#outages.areNone || this.#getsThrough(server, arrival));
  }

  /**
   * Whether no scheduled fault stops a reply that arrives before the next one
   * begins or ends.
   */
  #getsThrough(server: number, arrival: number): boolean {
    const from = replicaNode(this.#mailbox.replica);
    return !this.#faults.cut(from, server, arrival) &&
      !this.#outages.isAway(server, arrival);
  }

  // --- messages arrive

  /** A report is where the primary is. One that was held got through before. */
  #arriveAtPrimary(row: number, now: number, due: number): void {
    const mailbox = this.#mailbox;
    const server = this.#serverRows.serverOf(row);
    if (!this.#outages.areNone) {
      const to = replicaNode(mailbox.dueReplica(row));
      if (due < HELD && this.#faults.cut(server, to, now)) {
        this.#lose(row, now, ON_REPORT);
        return;
      }
      if (this.#missesPrimary(row, now, mailbox.dueReplica(row))) return;
    }
    const likesServer = this.#likesServers;
    mailbox.open(likesServer, row);
    const { attempt, likes, seq, total } = mailbox;
    const { replica, fromSeq } = mailbox;
    this.#recorder.at(replica).receive(now, server, seq, likes, total, attempt);
    const receiver = this.#receiver;
    const newly = receiver
      .receive(replica, now, server, likes, fromSeq, seq, total);
    if (newly >= 0 || newly === -DUPLICATE) {
      if (newly >= 0) this.#meter.counted(now, server, seq, receiver.growth);
      const counted = newly > 0 ? newly : 0;
      const held = receiver.valueOf(replica, server);
      this.#recorder.at(replica).count(
        now,
        server,
        seq,
        counted,
        held,
        attempt,
      );
      this.#reply(row, now, ACK, 0, ACK_BYTES);
    } else {
      this.#refuse(row, now, -newly);
    }
  }

  /** Whether the primary stands still or is down. */
  #missesPrimary(row: number, now: number, replica: number): boolean {
    const pausedUntil = this.#outages.replicaPausedUntil(replica);
    if (pausedUntil > now) {
      this.#mailbox.hold(this.#likesServers, row, pausedUntil);
      return true;
    }
    const isDown = this.#outages.isReplicaDown(replica);
    if (isDown) this.#lose(row, now, ON_REPORT);
    return isDown;
  }

  #refuse(row: number, now: number, code: number): void {
    if (code === REFUSED_GAP) {
      const server = this.#serverRows.serverOf(row);
      const { replica } = this.#mailbox;
      const expectedSeq = this.#receiver.expectedSeqOf(replica, server);
      this.#reply(row, now, GAP, expectedSeq, gapBytes(expectedSeq));
    } else {
      this.#reply(row, now, REFUSAL, code, refusalBytes(code));
    }
  }

  /**
   * A reply is where the likes server is; one that was held got through before.
   * Rare, as most ACKs are foreseen.
   */
  #arriveAtLikesServer(
    row: number,
    now: number,
    likesServer: LikesServer,
    due: number,
  ): void {
    const server = this.#serverRows.serverOf(row);
    if (!this.#outages.areNone) {
      const from = replicaNode(this.#mailbox.dueReplica(row));
      if (due < HELD && this.#faults.cut(from, server, now)) {
        this.#lose(row, now, ON_REPLY);
        return;
      }
      if (this.#missesLikesServer(row, now)) return;
    }
    const mailbox = this.#mailbox;
    mailbox.open(likesServer, row);
    const { attempt, kind } = mailbox;
    if (now > this.#deadlineTick) return; // the likes server has exited
    // One that stood still looks at its clock first.
    if (likesServer.inFlight && now > likesServer.actAt) {
      this.#due(row, now, likesServer);
    }
    if (!likesServer.inFlight || attempt !== likesServer.attempt) {
      this.#recorder.receiveLate(now, server, attempt);
      return;
    }
    mailbox.spill(likesServer, row);
    if (kind === ACK) {
      this.act(row, now, likesServer, this.#acknowledge(row, now, attempt));
    } else this.#hearRefusal(row, now, likesServer);
  }

  /** The open ACK is where the likes server is, now or soon. */
  #acknowledge(row: number, tick: number, attempt: number): Action {
    const likesServer = this.#likesServers;
    const { reportSeq } = likesServer;
    const action = likesServer.acknowledge(tick, attempt);
    if (!this.#areToAll) {
      const server = this.#serverRows.serverOf(row);
      const { acknowledgedSeq, acknowledged } = likesServer;
      this.#recorder.ack(tick, server, acknowledgedSeq, acknowledged, attempt);
    }
    const replicas = this.#replicas;
    if (replicas !== null) this.#note(replicas, row, tick, attempt, reportSeq);
    return action;
  }

  /** Takes note of the open ACK, where there are replicas or readers. */
  #note(
    replicas: ReplicaWorld,
    row: number,
    tick: number,
    attempt: number,
    reportSeq: number,
  ): void {
    const { replica } = this.#mailbox;
    const likesServer = this.#likesServers;
    const server = this.#serverRows.serverOf(row);
    const seq = likesServer.acknowledgedSeq;
    replicas.targets.answered(row);
    if (!this.#areToAll) {
      replicas.set.onAcknowledged?.(replica, server, reportSeq);
      replicas.acknowledged(tick, server, seq, replica);
      return;
    }
    this.#recorder.at(replica).receiveLate(tick, server, attempt);
    replicas.set.onAcknowledged?.(replica, server, reportSeq);
    if (!this.#serverRows.acknowledgedBy(server, replica, seq)) return;
    const { acknowledgedSeq, acknowledged } = this.#serverRows.at(server);
    likesServer.at(row);
    this.#recorder.ack(tick, server, acknowledgedSeq, acknowledged, attempt);
    replicas.acknowledged(tick, server, acknowledgedSeq, replica);
  }

  /** Whether the likes server stands still or is down. */
  #missesLikesServer(row: number, now: number): boolean {
    const outages = this.#outages;
    const server = this.#serverRows.serverOf(row);
    const pausedUntil = outages.pausedUntil(server);
    if (pausedUntil > now) {
      this.#mailbox.hold(this.#likesServers, row, pausedUntil);
      return true;
    }
    const isDown = outages.isDown(server);
    if (isDown) this.#lose(row, now, ON_REPLY);
    return isDown;
  }

  /** The message that is due does not get through. */
  #lose(row: number, now: number, direction: EventDirection): void {
    this.#mailbox.open(this.#likesServers, row);
    const { replica, attempt } = this.#mailbox;
    const server = this.#serverRows.serverOf(row);
    this.#recorder.at(replica).lose(now, server, attempt, direction);
  }

  #hearRefusal(row: number, now: number, likesServer: LikesServer): void {
    const server = this.#serverRows.serverOf(row);
    const { attempt, kind, value } = this.#mailbox;
    this.#replicas?.targets.answered(row);
    const reason = kind === GAP ? `gap ${value}` : reasonOf(value);
    this.#recorder.nak(now, server, attempt, reason);
    const settledSeq = likesServer.settledSeq;
    const jitter = this.#jitter(row, likesServer);
    const action = kind === GAP
      ? likesServer.gap(now, attempt, value, jitter)
      : likesServer.refuse(now, attempt, false, jitter);
    this.giveUp(server, now, likesServer, settledSeq);
    this.act(row, now, likesServer, action);
  }
}
