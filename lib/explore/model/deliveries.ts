/**
 * Likes servers and their reports: what happens to them, by the rules.
 *
 * Each event is done in the bytes of a state: the one row and the one entry
 * that it is about are put into the memory of the rules, the rules decide, and
 * what has become of both is put back.
 *
 * @module
 */

import {
  DUPLICATE,
  GAP,
  ReportFields,
  VALID,
  validateFields,
} from "../../protocol/validator.ts";
import { DEFAULT_TIMING } from "../../rules/backoff.ts";
import { type HomeChoice, WRITE_PATIENCE } from "../../rules/choice.ts";
import { DELIVERY_TRAITS } from "../../rules/delivery_traits.ts";
import {
  type Ledger,
  makeLedgerStorage,
  REPORT_UNKNOWN,
} from "../../rules/ledger.ts";
import type { LikesServer } from "../../rules/likes_server.ts";
import { type Action, NOTHING, SEND } from "../../rules/report_sender.ts";
import { makeRows } from "../../rules/rows.ts";
import { NEVER } from "../../domain/ticks.ts";
import type { WriteQuorum } from "../../rules/write_quorum.ts";
import { HOLDS } from "../checker/model.ts";
import { type Bounds, drawsOf } from "./bounds.ts";
import { excuse } from "./excused.ts";
import { Header, type Layout, Server } from "./layout.ts";
import {
  Answer,
  isAwaitedKind,
  isReplyKind,
  Message,
  Messages,
} from "./messages.ts";
import { Property } from "./property.ts";
import { quorumReached } from "./quorum_reached.ts";
import type { Rules } from "./rules.ts";
import {
  acknowledgedSeqAt,
  ATTEMPT,
  DRAW_TICK,
  DUE_TICK,
  isDrawing,
  PAST_ATTEMPT,
  SavedRow,
  setWide,
  wideAt,
} from "./saved_row.ts";

/** Is told of an entry that a replica has counted in. */
export type EntryWatcher = (
  bytes: Uint8Array,
  replica: number,
  row: number,
) => void;

/**
 * Likes servers, their messages, and what primaries make of them. Each event
 * changes the bytes of the state that it is given, and tells what its step
 * violates, or {@linkcode HOLDS}.
 */
export class Deliveries {
  /** Whether the last event sent a report. */
  hasSent = false;
  /** The replica to which the next report goes that may go anywhere. */
  target = 0;
  /** Is told of every entry that changed by a report. */
  onCounted: EntryWatcher | null = null;
  /** The likes that each draw can bring. */
  readonly draws: readonly (readonly number[])[];
  /** Last answer of a primary, or to a likes server, see {@linkcode Answer}. */
  answer = 0;

  readonly #bounds: Bounds;
  readonly #layout: Layout;
  readonly #row: SavedRow;
  readonly #likesServer: LikesServer;
  readonly #ledger: Ledger;
  readonly #storage = makeLedgerStorage(1);
  readonly #messages: Messages;
  readonly #choice: HomeChoice | null;
  readonly #quorum: WriteQuorum | null;
  readonly #report = new ReportFields();
  readonly #hasSeq: boolean;

  /**
   * Makes the rules that decide.
   *
   * @param bounds What is explored.
   * @param layout Where everything stands.
   * @param rules The rules.
   */
  constructor(bounds: Bounds, layout: Layout, rules: Rules) {
    const { delivery, servers, replicas, writeTo, failover } = bounds;
    const rows = makeRows(1);
    this.#bounds = bounds;
    this.#layout = layout;
    this.draws = drawsOf(bounds);
    this.#row = new SavedRow(rows);
    this.#row.countsFailures = DELIVERY_TRAITS[delivery].gap === "go back";
    this.#likesServer = rules.makeLikesServer(rows, {
      likes: (_row, seq) => this.draws[seq - 1]?.[0] ?? 0,
    }, { delivery, ...DEFAULT_TIMING });
    this.#ledger = rules.makeLedger(this.#storage);
    this.#messages = new Messages(layout);
    this.#choice = replicas > 1 && writeTo === "home"
      ? rules.makeHomeChoice({
        clients: servers,
        replicas,
        patience: failover ? WRITE_PATIENCE : Infinity,
      })
      : null;
    this.#quorum = writeTo === "all"
      ? rules.makeWriteQuorum({
        ...{ servers, replicas, quorum: bounds.writeQuorum },
      })
      : null;
    this.#hasSeq = layout.isMarked;
  }

  /** Writes a likes server that has drawn nothing yet. */
  start(bytes: Uint8Array, server: number): void {
    const own = this.#layout.server(server);
    const { replicas, writeTo } = this.#bounds;
    // Without homes all begin alike.
    bytes[own + Server.TARGET] = writeTo === "home" ? server % replicas : 0;
    for (let row = 0; row < this.#layout.rows; row++) {
      const at = this.#layout.row(server, row);
      this.#row.load(bytes, at);
      this.#likesServer.start(DRAW_TICK);
      this.#row.save(bytes, at);
    }
  }

  // --- likes servers

  /** A likes server draws: likes are one of those that the draw can bring. */
  draw(bytes: Uint8Array, server: number, which: number): number {
    this.#messages.open(bytes, this.#layout.messages(server));
    for (let row = 0; row < this.#layout.rows; row++) {
      const at = this.#layout.row(server, row);
      this.#row.load(bytes, at);
      const seq = this.#row.seq + 1;
      const likes = this.draws[seq - 1]?.[which] as number;
      const next = seq === this.draws.length ? NEVER : DRAW_TICK;
      this.#act(
        bytes,
        server,
        row,
        this.#likesServer.draw(0, likes, next),
      );
    }
    this.#messages.close(bytes, this.#layout.messages(server));
    return HOLDS;
  }

  /** A wait of a row is over: for a reply, or for its next attempt. */
  due(bytes: Uint8Array, server: number, row: number): number {
    const at = this.#layout.row(server, row);
    this.#messages.open(bytes, this.#layout.messages(server));
    this.#row.load(bytes, at);
    if (this.#row.inFlight) {
      this.#choose(bytes, server, (choice) => choice.unanswered(server));
    }
    this.#act(bytes, server, row, this.#likesServer.due(DUE_TICK, 0));
    this.#messages.close(bytes, this.#layout.messages(server));
    return HOLDS;
  }

  /** The connection of a report is refused: nobody listens. */
  refuse(bytes: Uint8Array, server: number, message: number): number {
    const messages = this.#messages;
    messages.open(bytes, this.#layout.messages(server));
    const row = this.#rowOf(messages.replicaOf(message));
    messages.remove(message);
    this.#row.load(bytes, this.#layout.row(server, row));
    this.#choose(bytes, server, (choice) => choice.refused(server));
    const action = this.#likesServer.fail(0, ATTEMPT, false, 0);
    this.#act(bytes, server, row, action);
    messages.close(bytes, this.#layout.messages(server));
    return HOLDS;
  }

  /** A likes server is killed. */
  crash(bytes: Uint8Array, server: number): number {
    const { rows } = this.#layout;
    const own = this.#layout.server(server);
    bytes[own + Server.DOWN] = 1;
    this.#messages.open(bytes, this.#layout.messages(server));
    for (let row = 0; row < rows; row++) {
      this.#row.load(bytes, this.#layout.row(server, row));
      this.#likesServer.crash();
      this.#act(bytes, server, row, NOTHING);
    }
    this.#messages.close(bytes, this.#layout.messages(server));
    return HOLDS;
  }

  /** A likes server that was killed is started again. */
  restart(bytes: Uint8Array, server: number, isDrawing: boolean): number {
    const { rows } = this.#layout;
    const own = this.#layout.server(server);
    bytes[own + Server.DOWN] = 0;
    this.#choose(bytes, server, (choice) => choice.restart(server));
    this.#messages.open(bytes, this.#layout.messages(server));
    for (let row = 0; row < rows; row++) {
      this.#row.load(bytes, this.#layout.row(server, row));
      const { seq } = this.#row;
      const next = isDrawing && seq < this.draws.length ? DRAW_TICK : NEVER;
      const action = rows > 1 || this.#quorum !== null
        ? this.#likesServer.resumeUnknown(0, seq + 1, next)
        : this.#likesServer.resume(0, seq + 1, next);
      this.#act(bytes, server, row, action);
    }
    this.#messages.close(bytes, this.#layout.messages(server));
    return HOLDS;
  }

  /** The life of a likes server ends; one that was down is started again. */
  end(bytes: Uint8Array, server: number): number {
    const own = this.#layout.server(server);
    if (bytes[own + Server.DOWN] !== 0) {
      return this.restart(bytes, server, false);
    }
    this.#messages.open(bytes, this.#layout.messages(server));
    for (let row = 0; row < this.#layout.rows; row++) {
      const at = this.#layout.row(server, row);
      if (!isDrawing(bytes, at)) continue;
      this.#row.load(bytes, at);
      this.#act(bytes, server, row, this.#likesServer.endLifetime(0));
    }
    this.#messages.close(bytes, this.#layout.messages(server));
    return HOLDS;
  }

  // --- primaries

  /** A primary is killed that will have forgotten what it has counted. */
  excuse(bytes: Uint8Array, replica: number): void {
    for (let server = 0; server < this.#bounds.servers; server++) {
      excuse(bytes, this.#layout.row(server, this.#rowOf(replica)));
    }
  }

  /** A primary starts again and holds nothing. */
  forget(bytes: Uint8Array, replica: number): void {
    const { servers, replicas } = this.#bounds;
    const { isMarked, entryBytes } = this.#layout;
    for (let server = 0; server < servers; server++) {
      const at = this.#layout.entry(server, replica, isMarked ? replica : 0);
      bytes.fill(0, at, at + (isMarked ? 1 : replicas) * entryBytes);
    }
  }

  // --- messages

  /** A message does not arrive. */
  lose(bytes: Uint8Array, server: number, message: number): number {
    this.#messages.open(bytes, this.#layout.messages(server));
    this.#messages.remove(message);
    this.#messages.close(bytes, this.#layout.messages(server));
    return HOLDS;
  }

  /** The network repeats a message. */
  copy(bytes: Uint8Array, server: number, message: number): number {
    this.#messages.open(bytes, this.#layout.messages(server));
    this.#messages.addCopy(message);
    this.#messages.close(bytes, this.#layout.messages(server));
    return HOLDS;
  }

  /** A message is where it was sent to. */
  deliver(bytes: Uint8Array, server: number, message: number): number {
    const messages = this.#messages;
    const at = this.#layout.messages(server);
    messages.open(bytes, at);
    const kind = messages.kindOf(message);
    const replica = messages.replicaOf(message);
    let code: number = HOLDS;
    if (isReplyKind(kind)) this.#hear(bytes, server, message);
    else if (bytes[Header.REPLICAS + replica] !== 0) messages.remove(message);
    else code = this.#receive(bytes, server, message, kind, replica);
    messages.close(bytes, at);
    return code;
  }

  /** A report is where its replica is. */
  #receive(
    bytes: Uint8Array,
    server: number,
    message: number,
    kind: number,
    replica: number,
  ): number {
    const messages = this.#messages;
    const report = this.#report;
    report.server = server;
    report.seq = messages.firstOf(message);
    report.likes = messages.secondOf(message);
    report.total = messages.totalOf(message);
    messages.remove(message);
    const at = this.#layout.entry(server, replica, replica);
    const lastSeq = bytes[at] as number;
    let newly = -validateFields(report, this.#bounds.servers - 1);
    let code: number = HOLDS;
    if (newly === -VALID) {
      newly = this.count(bytes, at, report);
      code = this.#checkRise(bytes, at, lastSeq);
      if (newly >= 0) {
        const { replicas } = this.#bounds;
        const row = this.#hasSeq ? server : server * replicas + replica;
        this.onCounted?.(bytes, replica, row);
      }
    }
    const isCounted = newly >= 0 || newly === -DUPLICATE;
    this.answer = isCounted
      ? Answer.ACK
      : newly === -GAP
      ? Answer.GAP
      : Answer.REFUSAL;
    if (kind !== Message.COPY) {
      const reply = kind === Message.REPORT ? Message.REPLY : Message.LATE;
      const value = isCounted ? 0 : newly === -GAP ? lastSeq + 1 : -newly;
      messages.add(reply, replica, this.answer, value, -1);
    }
    return code;
  }

  /** Counts a report in an entry. */
  count(bytes: Uint8Array, at: number, report: ReportFields): number {
    this.#loadEntry(bytes, at);
    const newly = this.#ledger.receive(
      0,
      report.likes,
      report.seq,
      report.total,
    );
    this.#totalBefore = wideAt(bytes, at + 2);
    this.#saveEntry(bytes, at);
    return newly;
  }

  /**
   * Takes over what a repair tells, if it is more than what a replica holds.
   *
   * @param bytes The state.
   * @param replica The replica.
   * @param server The likes server.
   * @param seq The seq that it is told.
   * @param total The total that it is told.
   * @returns `HOLDS`, or what the step violates.
   */
  repair(
    bytes: Uint8Array,
    replica: number,
    server: number,
    seq: number,
    total: number,
  ): number {
    const at = this.#layout.entry(server, replica, replica);
    const lastSeq = bytes[at] as number;
    this.#totalBefore = wideAt(bytes, at + 2);
    this.#loadEntry(bytes, at);
    const code = this.#ledger.merge(0, seq, REPORT_UNKNOWN, total);
    this.#saveEntry(bytes, at);
    if (code === VALID) this.onCounted?.(bytes, replica, server);
    return this.#checkRise(bytes, at, lastSeq);
  }

  #totalBefore = 0;

  /** No entry goes back. */
  #checkRise(bytes: Uint8Array, at: number, seqBefore: number): number {
    const fell = bytes[at]! < seqBefore ||
      wideAt(bytes, at + 2) < this.#totalBefore;
    return fell ? Property.RISING : HOLDS;
  }

  /** A reply is where its likes server is. */
  #hear(bytes: Uint8Array, server: number, message: number): void {
    const messages = this.#messages;
    const replica = messages.replicaOf(message);
    const answer = messages.firstOf(message);
    const value = messages.secondOf(message);
    const row = this.#rowOf(replica);
    const isAwaited = isAwaitedKind(messages.kindOf(message));
    messages.remove(message);
    this.answer = answer;
    const isDown = bytes[this.#layout.server(server) + Server.DOWN] !== 0;
    if (isDown) return;
    if (isAwaited) {
      this.#choose(bytes, server, (choice) => choice.answered(server));
    }
    const attempt = isAwaited ? ATTEMPT : PAST_ATTEMPT;
    this.#row.load(bytes, this.#layout.row(server, row));
    const likesServer = this.#likesServer;
    let action: Action;
    if (answer === Answer.ACK) {
      action = likesServer.acknowledge(0, attempt);
      this.#reachQuorum(bytes, server, row);
    } else {
      action = answer === Answer.GAP
        ? likesServer.gap(0, attempt, value, 0)
        : likesServer.refuse(0, attempt, false, 0);
    }
    this.#act(bytes, server, row, action);
  }

  // --- the memory of the rules

  /** Puts a row back that has decided, and sends its report. */
  #act(bytes: Uint8Array, server: number, row: number, action: Action): void {
    const saved = this.#row;
    const messages = this.#messages;
    const isAwaited = saved.inFlight && saved.attempt === ATTEMPT;
    if (!isAwaited) messages.giveUp(this.#layout.rows > 1 ? row : -1);
    saved.save(bytes, this.#layout.row(server, row));
    if (action !== SEND) return;
    this.hasSent = true;
    const likesServer = this.#likesServer;
    messages.add(
      Message.REPORT,
      this.#targetOf(bytes, server, row),
      this.#hasSeq ? likesServer.reportSeq : 0,
      likesServer.reportLikes,
      likesServer.reportTotal,
    );
  }

  #rowOf(replica: number): number {
    return this.#layout.rows > 1 ? replica : 0;
  }

  #targetOf(bytes: Uint8Array, server: number, row: number): number {
    const { writeTo } = this.#bounds;
    if (writeTo === "all") return row;
    if (writeTo === "any") return this.target;
    return bytes[this.#layout.server(server) + Server.TARGET] as number;
  }

  /** Lets the choice of a likes server's replica take note of something. */
  #choose(
    bytes: Uint8Array,
    server: number,
    note: (choice: HomeChoice) => void,
  ): void {
    const choice = this.#choice;
    if (choice === null) return;
    const own = this.#layout.server(server);
    choice.restart(server);
    for (let i = 0; i < this.#bounds.replicas; i++) {
      if (choice.replicaOf(server) === bytes[own + Server.TARGET]) break;
      choice.refused(server);
    }
    for (let i = 0; i < bytes[own + Server.SILENCES]!; i++) {
      choice.unanswered(server);
    }
    note(choice);
    bytes[own + Server.TARGET] = choice.replicaOf(server);
    bytes[own + Server.SILENCES] = choice.silencesOf(server);
  }

  /** A replica has acknowledged a likes server that reports to all. */
  #reachQuorum(bytes: Uint8Array, server: number, row: number): void {
    const quorum = this.#quorum;
    if (quorum === null) return;
    const seqs = Array.from(
      { length: this.#layout.rows },
      (_, other) =>
        other === row
          ? this.#row.acknowledgedSeq
          : acknowledgedSeqAt(bytes, this.#layout.row(server, other)),
    );
    const at = this.#layout.server(server) + Server.QUORUM;
    const { writeQuorum } = this.#bounds;
    bytes[at] = quorumReached(quorum, server, bytes[at]!, seqs, writeQuorum);
  }

  #loadEntry(bytes: Uint8Array, at: number): void {
    const { ints, floats } = this.#storage;
    ints[0] = bytes[at] as number;
    ints[1] = bytes[at + 1] as number;
    floats[1] = wideAt(bytes, at + 2);
  }

  #saveEntry(bytes: Uint8Array, at: number): void {
    const { ints, floats } = this.#storage;
    bytes[at] = ints[0] as number;
    bytes[at + 1] = ints[1] as number;
    setWide(bytes, at + 2, floats[1] as number);
  }
}
