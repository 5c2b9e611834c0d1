/**
 * Messages that pass the network of a live run, and how they are told from what
 * strangers send.
 *
 * @module
 */

import { MessageKind } from "../../domain/messages.ts";
import { readerNode, replicaNode } from "../../domain/nodes.ts";
import type { LineFramer } from "../../protocol/framing.ts";
import { EntryFields } from "../../protocol/entries.ts";
import { isRepair, parseQuery } from "../../protocol/queries.ts";
import { parseRepair } from "../../protocol/repair.ts";
import { parseSync, SyncFields } from "../../protocol/sync.ts";
import { ReportFields, VALID, validateLine } from "../../protocol/validator.ts";
import type { SentReport } from "./sent_reports.ts";

const LF = 0x0a;

const decoder = new TextDecoder();

/** The content of a report. */
export interface ReportContent extends SentReport {
  /** The likes server's id. */
  readonly server: number;
  /** Likes of the report. */
  readonly likes: number;
  /** Whether the report has a mark. */
  readonly isMarked: boolean;
  /** Total of the report, -1 where it has none. */
  readonly total: number;
}

/** A request on its way to a replica. */
export interface Message {
  /** Kind of the message; that of its reply is the next number. */
  readonly kind: MessageKind;
  /** The node that sent it. */
  readonly from: number;
  /** The number of the replica that it goes to. */
  readonly replica: number;
  /**
   * Number among the sender's requests of this kind, from 1 on; of a report to
   * all replicas, among the reports to this one.
   */
  readonly n: number;
  /** The number of the sender in random numbers. */
  readonly luckNode: number;
  /**
   * The moment at which it was sent, in ticks of the run, where it is known.
   */
  readonly tick?: number;
  /** The request as it travels, with its LFs. */
  readonly bytes: Uint8Array;
  /** The report, if it is one. */
  readonly report?: ReportContent;
  /** Number of entries, of a request of an exchange. */
  readonly entries?: number;
  /** The likes server that a read or a repair is about. */
  readonly item?: number;
  /** The number of the read, of a read or its repair. */
  readonly read?: number;
  /** The entry that a repair tells. */
  readonly repair?: { readonly seq: number; readonly total: number };
}

/** The end of a link at which requests come in. */
export interface LinkEnd {
  /** The number of the replica that requests go to. */
  readonly replica: number;
  /** The reader that the link is for; left out: likes servers and replicas. */
  readonly reader?: number;
}

/** Settings of an {@linkcode Intake}. */
export interface IntakeOptions {
  /** Number of replicas. */
  readonly replicas: number;
  /** Whether likes servers report to all replicas. */
  readonly isToAll?: boolean;
  /**
   * Finds out which of the lines that a node has sent to a replica one is; null
   * if it is none.
   */
  readonly identify: (
    node: number,
    replica: number,
    line: string,
  ) => Promise<SentReport | null>;
  /** The number of the next request of a kind from a node, from 1 on. */
  readonly nextOf: (kind: MessageKind, node: number) => number;
}

/** A line about the likes of one likes server. */
interface ItemLine {
  /** Kind of the message. */
  readonly kind: MessageKind;
  /** The likes server's id. */
  readonly item: number;
  /** The entry that a repair tells. */
  readonly repair?: { readonly seq: number; readonly total: number };
}

/** A request of an exchange, of which not all lines are there. */
interface OpenExchange {
  readonly from: number;
  readonly entries: number;
  readonly lines: Uint8Array[];
}

/** Makes messages of the lines of one connection. */
export class Intake {
  readonly #link: LinkEnd;
  readonly #options: IntakeOptions;
  readonly #report = new ReportFields();
  readonly #sync = new SyncFields();
  readonly #entry = new EntryFields();
  #open: OpenExchange | null = null;

  /**
   * @param link Where the connection came in.
   * @param options The run's names and numbers.
   */
  constructor(link: LinkEnd, options: IntakeOptions) {
    this.#link = link;
    this.#options = options;
  }

  /**
   * Takes the line that a framer stands at.
   *
   * @param framer The framer.
   * @returns The message that is whole by it; undefined: lines are missing;
   * null: nobody of this run sends such a line here.
   */
  async take(framer: LineFramer): Promise<Message | null | undefined> {
    if (this.#open !== null) return this.#takeEntry(this.#open, framer);
    const { reader } = this.#link;
    if (reader !== undefined) {
      const about = this.#itemOf(framer);
      if (about === null) return null;
      return await this.#read(framer, about, readerNode(reader));
    }
    const { bytes, start, end } = framer;
    const code = validateLine(bytes, start, end, this.#report);
    if (code === VALID) return await this.#reported(textOf(framer));
    const about = this.#itemOf(framer);
    if (about === null) return this.#begin(framer);
    return await this.#read(framer, about, about.item);
  }

  async #reported(line: string): Promise<Message | null> {
    const { server, likes, total, seq } = this.#report;
    const { replica } = this.#link;
    const { identify, isToAll, replicas } = this.#options;
    const sent = await identify(server, replica, line);
    if (sent === null) return null;
    return {
      kind: MessageKind.REPORT,
      from: server,
      replica,
      n: sent.attempt,
      luckNode: isToAll === true ? server * replicas + replica : server,
      ...sent.tick !== undefined && { tick: sent.tick },
      bytes: new TextEncoder().encode(`${line}\n`),
      report: { ...sent, server, likes, isMarked: seq > 0, total },
    };
  }

  /** A read or a repair, of a reader or of a likes server's own item. */
  async #read(
    framer: LineFramer,
    { kind, ...about }: ItemLine,
    from: number,
  ): Promise<Message | null> {
    const { replica } = this.#link;
    const { identify } = this.#options;
    const bytes = lineOf(framer);
    const sent = await identify(from, replica, textOf(framer));
    if (sent === null) return null;
    return {
      ...{ kind, from, replica, ...about, bytes, read: sent.attempt },
      ...{ n: sent.n ?? sent.attempt, luckNode: from },
      ...sent.tick !== undefined && { tick: sent.tick },
    };
  }

  #itemOf(framer: LineFramer): ItemLine | null {
    const { bytes, start, end } = framer;
    if (isRepair(bytes, start, end)) {
      const entry = this.#entry;
      if (parseRepair(textOf(framer), entry) !== null) return null;
      const { server: item, seq, total } = entry;
      return { kind: MessageKind.REPAIR, item, repair: { seq, total } };
    }
    const query = parseQuery(bytes, start, end);
    if (query === undefined || !("server" in query)) return null;
    return { kind: MessageKind.READ_REQUEST, item: query.server };
  }

  #begin(framer: LineFramer): Message | null | undefined {
    const { replica } = this.#link;
    const fields = this.#sync;
    const refusal = parseSync(
      textOf(framer),
      fields,
      (peer) => peer < this.#options.replicas && peer !== replica,
    );
    if (refusal !== null || fields.isReply) return null;
    const open = {
      from: replicaNode(fields.sender),
      entries: fields.count,
      lines: [lineOf(framer)],
    };
    return this.#wholeOrOpen(open);
  }

  #takeEntry(open: OpenExchange, framer: LineFramer): Message | undefined {
    open.lines.push(lineOf(framer));
    return this.#wholeOrOpen(open);
  }

  #wholeOrOpen(open: OpenExchange): Message | undefined {
    const { from, entries, lines } = open;
    const isWhole = lines.length > entries;
    this.#open = isWhole ? null : open;
    if (!isWhole) return undefined;
    const kind = MessageKind.PEER_REQUEST;
    return {
      kind,
      from,
      luckNode: from,
      replica: this.#link.replica,
      n: this.#options.nextOf(kind, from),
      bytes: joined(lines),
      entries,
    };
  }
}

function textOf({ bytes, start, end }: LineFramer): string {
  return decoder.decode(bytes.subarray(start, end));
}

/** A copy of a line, with its LF. */
function lineOf({ bytes, start, end }: LineFramer): Uint8Array {
  const line = new Uint8Array(end - start + 1);
  line.set(bytes.subarray(start, end));
  line[line.length - 1] = LF;
  return line;
}

/**
 * Puts pieces together.
 *
 * @param pieces The pieces, in order.
 * @returns All their bytes.
 */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
