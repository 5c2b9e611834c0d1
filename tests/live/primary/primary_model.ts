/**
 * A model of the primary, written for reading and not for speed: one line
 * after the other, in strings.
 *
 * @module
 */

import fc from "fast-check";
import { escapeBytes } from "../../../lib/protocol/escape.ts";
import {
  DUPLICATE,
  GAP,
  LIVE_SERVER_MAX,
  reasonOf,
  REFUSED_HTTP,
  ReportFields,
  VALID,
  validateLine,
} from "../../../lib/protocol/validator.ts";
import { FULL, PrimaryRules } from "../../../lib/rules/primary_rules.ts";
import { bytesOf, lines as anyLines } from "../../protocol/generators.ts";

/** The time of every line of a test's journal. */
export const TEST_TIME_MS: number = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const STAMP = "2026-01-02T03:04:05.678Z";

/** The naive primary. */
export class PrimaryModel {
  /** The rules, driven line by line. */
  readonly rules: PrimaryRules;
  /** The journal. */
  journal = "";
  /** The replies; a query is answered by itself. */
  replies = "";
  /** Number of outcomes of each code. */
  readonly outcomes = new Map<number, number>();

  constructor(sessionsMax = 1000) {
    this.rules = new PrimaryRules({ sessionsMax, serverMax: LIVE_SERVER_MAX });
  }

  #isOver = false;

  /** Takes a line, without its LF; none after that of a stranger. */
  take(received: Uint8Array): void {
    if (this.#isOver) return;
    const line = received.at(-1) === 0x0d ? received.slice(0, -1) : received;
    const text = new TextDecoder().decode(line);
    if (text === "READ" || text === "STATS") {
      this.replies += `<${text}>`;
      return;
    }
    // The framer hands out no more of a line than shows that it is too long.
    const bytes = line.subarray(0, 257);
    const fields = new ReportFields();
    const validity = validateLine(bytes, 0, bytes.length, fields);
    const news = validity === VALID ? this.rules.receive(fields) : -validity;
    const code = news >= 0 ? VALID : -news;
    const { total } = this.rules.ledger;
    this.outcomes.set(code, (this.outcomes.get(code) ?? 0) + 1);
    if (code === VALID) {
      this.journal += `${STAMP} ${text} Total ${total}\n`;
      this.replies += "ACK\n";
    } else if (code === DUPLICATE) {
      this.journal += `${STAMP} DUPLICATE ${text} Total ${total}\n`;
      this.replies += "ACK\n";
    } else if (code === GAP) {
      this.replies += `NAK gap ${this.rules.expectedSeq}\n`;
    } else if (code === FULL) {
      this.replies += "NAK full\n";
    } else {
      const escaped = escapeBytes(bytes);
      this.journal += `${STAMP} REJECTED "${escaped}" ${reasonOf(code)}\n`;
      this.replies += `NAK ${reasonOf(code)}\n`;
      this.#isOver = code === REFUSED_HTTP;
    }
  }

  /** Seq and total of every row. */
  get rows(): number[][] {
    return rowsOf(this.rules);
  }
}

/**
 * Seq and total of every row of a primary's rules: sessions by themselves, the
 * unmarked of the first servers.
 */
export function rowsOf(rules: PrimaryRules): number[][] {
  const rows = [0, 1, 2, 3, 9999];
  for (let i = 0; i < rules.sessions.size; i++) {
    rows.push(rules.firstSessionRow + i);
  }
  return rows.map((row) => [
    row,
    rules.ledger.lastSeqOf(row),
    rules.ledger.totalOf(row),
  ]);
}

/**
 * A line of a conversation in which sessions go on, repeat themselves, leave
 * something out and contradict.
 */
const steps = fc.record({
  server: fc.nat(2),
  session: fc.nat(3),
  kind: fc.constantFrom(
    "crdt",
    "crdt",
    "dedup",
    "dedup",
    "plain",
    "any",
    "query",
    "repeat",
  ),
  ahead: fc.constantFrom(1, 1, 1, 1, 1, 0, 0, 2, 3, -1),
  likes: fc.nat(42),
  between: fc.nat(60),
  any: anyLines,
  query: fc.constantFrom("READ", "STATS"),
  repeat: fc.nat(59),
});

/**
 * Lines, without LF, as likes servers with little discipline would send them.
 */
export const conversations: fc.Arbitrary<Uint8Array[]> = fc.array(steps, {
  maxLength: 60,
}).map((drawn) => {
  const last = new Map<string, { seq: number; total: number }>();
  const lines: Uint8Array[] = [];
  for (const step of drawn) lines.push(lineOf(step));
  return lines;

  function lineOf(step: typeof drawn[number]): Uint8Array {
    const { server, session, kind, ahead, likes, between } = step;
    if (kind === "repeat") {
      return lines[step.repeat % lines.length] ?? bytesOf("");
    }
    if (kind === "any") return step.any.filter((byte) => byte !== 0x0a);
    if (kind === "query") return bytesOf(step.query);
    if (kind === "plain") return bytesOf(`LikesServer${server} ${likes}`);
    const key = `${server} ${session}`;
    const before = last.get(key) ?? { seq: 0, total: 0 };
    const seq = Math.max(1, before.seq + ahead);
    const total = before.total + likes + between * (ahead - 1);
    if (seq > before.seq) last.set(key, { seq, total });
    // Sessions 0 and 1 mostly keep to one kind, the others change it as it
    // comes.
    const mark = `00000000deadbee${session}#${seq}`;
    const hasTotal = session === 0 || session !== 1 && kind === "crdt";
    const end = hasTotal ? `=${Math.max(0, total)}` : "";
    return bytesOf(`LikesServer${server} ${likes} ${mark}${end}`);
  }
});

/** Lines as the bytes of a stream. */
export function streamOf(lines: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(lines.flatMap((line) => [...line, 0x0a]));
}
