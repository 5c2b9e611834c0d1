/**
 * Replicas of one process, with logs in memory and connections that a test can
 * cut: everything of a real replica but files and sockets.
 *
 * @module
 */

import type { Durability } from "../../../lib/domain/durability.ts";
import { PrimaryCounters } from "../../../lib/live/primary/counters.ts";
import { GroupCommit } from "../../../lib/live/primary/group_commit.ts";
import { Intake } from "../../../lib/live/primary/intake.ts";
import { Journal } from "../../../lib/live/primary/journal.ts";
import { readJournal } from "../../../lib/live/primary/journal_reader.ts";
import { Replies } from "../../../lib/live/primary/replies.ts";
import { type LineSource, Replica } from "../../../lib/live/replica/replica.ts";
import { LogFile } from "../../../lib/platform/log_file.ts";
import { EntryFields } from "../../../lib/protocol/entries.ts";
import { LineFramer } from "../../../lib/protocol/framing.ts";
import { formatSession } from "../../../lib/protocol/report.ts";
import { PUSH_PULL } from "../../../lib/protocol/sync.ts";
import { LIVE_SERVER_MAX } from "../../../lib/protocol/validator.ts";
import { ReplicaRules } from "../../../lib/rules/replica_rules.ts";
import { MemoryFile } from "../primary/memory_log.ts";
import { TEST_TIME_MS } from "../primary/primary_model.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Bytes as they come from a connection, some at a time, then its end. */
export class BytesSource implements LineSource {
  readonly framer: LineFramer = new LineFramer();
  readonly #bytes: Uint8Array;
  readonly #atOnce: number;
  #at = 0;

  /**
   * @param bytes What comes
   * @param atOnce The most that one read brings
   */
  constructor(bytes: Uint8Array, atOnce = Infinity) {
    this.#bytes = bytes;
    this.#atOnce = atOnce;
  }

  more(): Promise<boolean> {
    const rest = this.#bytes.subarray(this.#at, this.#at + this.#atOnce);
    const room = this.framer.room();
    const piece = rest.subarray(0, room.length);
    room.set(piece);
    this.framer.filled(piece.length);
    this.#at += piece.length;
    return Promise.resolve(piece.length > 0);
  }
}

/** A source that stands at its first line, as a primary hands it on. */
export async function sourceOf(
  text: string | Uint8Array,
  atOnce?: number,
): Promise<BytesSource> {
  const bytes = typeof text === "string" ? encoder.encode(text) : text;
  const source = new BytesSource(bytes, atOnce);
  while (!source.framer.next()) {
    if (!await source.more()) throw new Error("There is no line");
  }
  return source;
}

/** What happens to the messages of an exchange. */
export type Fate =
  | "whole"
  | "request lost"
  | "request torn"
  | "reply lost"
  | "reply torn";

/** How a replica is made. */
export interface NodeOptions {
  number?: number;
  replicas?: number;
  style?: number;
  durability?: Durability;
  sessionsMax?: number;
}

let epochs = 1000;

/** A replica. */
export class ReplicaNode {
  readonly file: MemoryFile;
  readonly rules: ReplicaRules;
  readonly journal: Journal;
  readonly commits: GroupCommit;
  readonly counters = new PrimaryCounters();
  readonly replica: Replica;
  readonly intake: Intake;
  isClosing = false;
  /** The highest seq that it has told others of each entry. */
  readonly told = new Map<string, number>();

  /**
   * @param options How it is made
   * @param log What its log holds
   */
  constructor(options: NodeOptions = {}, log = new Uint8Array(0)) {
    const { number = 0, replicas = 2, style = PUSH_PULL } = options;
    const { durability = "write", sessionsMax = 100_000 } = options;
    const epoch = ++epochs;
    const rules = this.rules = new ReplicaRules({
      sessionsMax,
      serverMax: LIVE_SERVER_MAX,
      incarnation: [number, epoch],
    });
    let at = 0;
    const { soundBytes, mergedLikes } = readJournal((into) => {
      const piece = log.subarray(at, at + into.length);
      into.set(piece);
      at += piece.length;
      return piece.length;
    }, rules);
    rules.touchAll();
    this.file = new MemoryFile();
    if (soundBytes > 0) this.file.writeSync(log.subarray(0, soundBytes));
    this.journal = new Journal(new LogFile(this.file, soundBytes), {
      isDelayed: durability === "none",
    });
    this.commits = new GroupCommit({
      journal: this.journal,
      rules,
      counters: this.counters,
      durability,
      now: () => TEST_TIME_MS,
      onFull: () => {},
      onRoom: () => {},
      onBroken: () => {},
    });
    this.intake = new Intake(rules, this.journal, this.counters);
    this.replica = new Replica({
      number,
      replicas,
      style,
      epoch,
      rules,
      journal: this.journal,
      commits: this.commits,
      isClosing: () => this.isClosing,
    }, mergedLikes);
  }

  /** Sends it a report and returns the reply. */
  report(line: string): string {
    const framer = new LineFramer();
    const { written } = encoder.encodeInto(`${line}\n`, framer.room());
    framer.filled(written);
    const replies = new Replies();
    this.commits.join(replies);
    this.intake.take(framer, replies);
    this.commits.settle();
    return decoder.decode(replies.bytes.subarray(0, replies.length)).trimEnd();
  }

  /** Sends it an exchange and returns all that it answers. */
  async answer(text: string | Uint8Array, atOnce?: number): Promise<string> {
    const answer = await this.replica.answer(await sourceOf(text, atOnce));
    return answer === undefined ? "" : decoder.decode(answer.bytes);
  }

  /**
   * Begins an exchange with another.
   *
   * @returns Whether it went through to its end
   */
  async exchange(
    peer: ReplicaNode,
    fate: Fate = "whole",
    atOnce?: number,
  ): Promise<boolean> {
    const to = peer.replica.parts.number;
    for (;;) {
      const request = this.replica.request(to);
      if (request === undefined) return false;
      const bytes = request.finish();
      this.#note(bytes);
      if (fate === "request lost") return false;
      const answer = await peer.replica.answer(
        await sourceOf(fate === "request torn" ? torn(bytes) : bytes, atOnce),
      );
      if (answer === undefined) return false;
      peer.#note(answer.bytes);
      if (fate === "reply lost") return false;
      const reply = fate === "reply torn" ? torn(answer.bytes) : answer.bytes;
      const source = new BytesSource(reply, atOnce);
      try {
        if (!await this.replica.takeReply(request.header, to, source)) {
          return true;
        }
      } catch {
        return false;
      }
    }
  }

  #note(message: Uint8Array): void {
    for (const line of decoder.decode(message).split("\n").slice(1, -1)) {
      const [, server, key, seq] =
        /^(\S+) \S+ ([0-9a-f]+[#@])(\d+)[=~]\d+$/.exec(line) ?? [];
      const name = `${server} ${key}`;
      this.told.set(name, Math.max(this.told.get(name) ?? 0, Number(seq)));
    }
  }

  /** All entries, by likes server and key: seq and total. */
  entries(): Map<string, [seq: number, total: number]> {
    const { rules } = this;
    const entries = new Map<string, [number, number]>();
    const entry = new EntryFields();
    const rows = rules.firstSessionRow + rules.sessions.size;
    for (let row = 0; row < rows; row++) {
      if (rules.ledger.lastSeqOf(row) === 0) continue;
      rules.read(row, entry);
      const key = formatSession(entry.sessionHigh, entry.sessionLow);
      const name = `LikesServer${entry.server} ${key}${
        entry.isComponent ? "@" : "#"
      }`;
      entries.set(name, [entry.seq, entry.total]);
    }
    return entries;
  }

  /** The same as lines that can be compared. */
  get state(): string[] {
    return [...this.entries()].map((entry) => entry.join(" ")).sort();
  }

  /** Lines of its log, without the time. */
  get log(): string[] {
    return this.file.lines.map((line) => line.slice(25));
  }
}

/** A message that ends in its last line, or before it. */
function torn(message: Uint8Array): Uint8Array {
  // Of a single line nothing is left that could be taken for another message.
  const lines = decoder.decode(message).split("\n");
  return encoder.encode(`${lines.slice(0, -2).join("\n")}\nLikesServer`);
}
