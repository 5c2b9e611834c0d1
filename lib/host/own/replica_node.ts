/**
 * Our own replica as a node: the rules of `lib/rules/` behind the protocol that
 * other people's nodes speak.
 *
 * @module
 */

import {
  encodeEntry,
  ENTRY_BYTES_MAX,
  EntryFields,
} from "../../protocol/entries.ts";
import {
  formatSync,
  parseSync,
  PUSH_PULL,
  SYNC_ENTRIES_MAX,
  SyncFields,
  SyncReceipt,
} from "../../protocol/sync.ts";
import { formatSession } from "../../protocol/report.ts";
import { LIKES_MAX, ReportFields, VALID } from "../../protocol/validator.ts";
import { type EntrySink, Exchanges } from "../../rules/exchange/exchange.ts";
import { ReplicaRules } from "../../rules/replica_rules.ts";
import { errorBody, ErrorCode } from "../protocol/errors.ts";
import {
  isObject,
  type JsonObject,
  type Message,
  replyBody,
} from "../protocol/message.ts";

/** The most nodes, two likes servers for each of which there is room. */
const NODES_MAX = 5_000;

/** The most sessions: a node has two in each of its lives. */
const SESSIONS_MAX = 1_000_000;

/** The largest number that one request adds: so many reports it takes. */
const DELTA_MAX = 10_000 * LIKES_MAX;

/** Requests of a client that are remembered, so that a repeat adds nothing. */
const REQUESTS_MAX = 1_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Settings of a node that are another in each of its lives. */
export interface NodeLife {
  /** The epoch of its exchanges: 1 to 2^53 - 1. */
  readonly epoch: number;
  /** The session of its reports: high and low half of 64 random bits. */
  readonly session: readonly [high: number, low: number];
}

/** A direction in which a count goes. */
interface Sign {
  readonly fields: ReportFields;
  /** The id of the likes server whose reports these are. */
  readonly server: number;
}

/**
 * A replica as a node. What a client adds is a report of a likes server of the
 * node's own, with session, seq and total; what is taken away one of another,
 * so both only grow (a PN-Counter: Shapiro, Preguiça, Baquero, Zawirski, "A
 * comprehensive study of Convergent and Commutative Replicated Data Types",
 * INRIA RR-7506, 2011). Nodes exchange what they have counted with the lines
 * that our replicas exchange over TCP.
 */
export class ReplicaNode {
  readonly #life: NodeLife;
  readonly #send: (dest: string, body: JsonObject) => void;
  readonly #style: number;
  readonly #rules: ReplicaRules;
  readonly #requests = new Map<string, Set<number>>();
  readonly #entry = new EntryFields();
  #names: readonly string[] = [];
  #index = -1;
  #exchanges: Exchanges | null = null;
  #signs: readonly [up: Sign, down: Sign] | null = null;
  #exchange = 0;
  #ids = 0;

  /**
   * A node that does not know yet who it is.
   *
   * @param life What is another in each life.
   * @param send Sends a message.
   * @param style The style of the exchanges that it begins.
   */
  constructor(
    life: NodeLife,
    send: (dest: string, body: JsonObject) => void,
    style: number = PUSH_PULL,
  ) {
    this.#life = life;
    this.#send = send;
    this.#style = style;
    this.#rules = new ReplicaRules({
      sessionsMax: SESSIONS_MAX,
      serverMax: 2 * NODES_MAX,
      incarnation: life.session,
    });
  }

  /** The number of the node among all, from 0 on; below 0 before `init`. */
  get index(): number {
    return this.#index;
  }

  /** The number of nodes. */
  get nodes(): number {
    return this.#names.length;
  }

  /** The sum of what it has counted, and heard that others have. */
  get value(): number {
    const { sessions, ledger, firstSessionRow } = this.#rules;
    let value = 0;
    for (let session = 0; session < sessions.size; session++) {
      const total = ledger.totalOf(firstSessionRow + session);
      value += sessions.serverOf(session) % 2 === 0 ? total : -total;
    }
    return value;
  }

  /**
   * Takes a message.
   *
   * @param message The message.
   */
  receive({ src, body }: Message): void {
    if (!isObject(body)) return;
    const { type, msg_id: id } = body;
    if (type === "exchange") {
      this.#takeExchange(src, body["lines"]);
      return;
    }
    // Answers to nobody's question.
    if (body["in_reply_to"] !== undefined) return;
    const answer = this.#answer(src, body);
    this.#send(src, replyBody(answer, id));
  }

  #answer(src: string, body: JsonObject): JsonObject {
    const { type } = body;
    switch (type) {
      case "init":
        return this.#init(body);
      case "topology":
        return { type: "topology_ok" };
      case "echo":
        return { type: "echo_ok", echo: body["echo"] };
      case "generate": {
        const session = formatSession(...this.#life.session);
        return { type: "generate_ok", id: `${session}#${++this.#ids}` };
      }
      case "add":
        return this.#add(src, body);
      case "read":
        return { type: "read_ok", value: this.value };
      default:
        return errorBody(
          ErrorCode.NOT_SUPPORTED,
          `${JSON.stringify(type)} is nothing that a replica does: it counts`,
        );
    }
  }

  #init({ node_id: id, node_ids: ids }: JsonObject): JsonObject {
    if (typeof id !== "string" || !Array.isArray(ids) || !ids.includes(id)) {
      return errorBody(
        ErrorCode.MALFORMED_REQUEST,
        "node_id is not in node_ids",
      );
    }
    if (ids.length > NODES_MAX) {
      return errorBody(
        ErrorCode.NOT_SUPPORTED,
        `at most ${NODES_MAX} nodes are possible`,
      );
    }
    this.#names = ids.map(String);
    const index = this.#index = this.#names.indexOf(id);
    const signOf = (server: number): Sign => {
      const fields = new ReportFields();
      fields.total = 0;
      [fields.sessionHigh, fields.sessionLow] = this.#life.session;
      return { fields, server };
    };
    this.#signs = [signOf(2 * index), signOf(2 * index + 1)];
    if (ids.length > 1) {
      this.#exchanges = new Exchanges(this.#rules.feeds, {
        replicas: ids.length,
        first: index,
        style: this.#style,
        entriesMax: SYNC_ENTRIES_MAX,
      });
      this.#exchanges.start(0, this.#life.epoch);
    }
    return { type: "init_ok" };
  }

  #add(src: string, { delta, msg_id: id }: JsonObject): JsonObject {
    const isRight = Number.isInteger(delta) &&
      Math.abs(delta as number) <= DELTA_MAX;
    if (!isRight || this.#signs === null) {
      return errorBody(
        ErrorCode.MALFORMED_REQUEST,
        `delta must be a whole number from -${DELTA_MAX} to ${DELTA_MAX}, after init`,
      );
    }
    if (typeof id === "number" && this.#isRepeated(src, id)) {
      return { type: "add_ok" };
    }
    const [up, down] = this.#signs;
    const number = delta as number;
    const refusal = this.#count(number < 0 ? down : up, Math.abs(number));
    return refusal ?? { type: "add_ok" };
  }

  #isRepeated(src: string, id: number): boolean {
    const ids = this.#requests.get(src) ?? new Set();
    this.#requests.set(src, ids);
    if (ids.has(id)) return true;
    ids.add(id);
    const [oldest] = ids;
    if (ids.size > REQUESTS_MAX && oldest !== undefined) ids.delete(oldest);
    return false;
  }

  /** Counts likes by reports of at most 42. Returns an error, if any. */
  #count({ fields, server }: Sign, likes: number): JsonObject | null {
    const rules = this.#rules;
    rules.begin();
    const { seq, total } = fields;
    for (let left = likes; left > 0; left -= LIKES_MAX) {
      fields.server = server;
      fields.likes = Math.min(left, LIKES_MAX);
      fields.seq++;
      fields.total += fields.likes;
      if (rules.receive(fields) >= 0) continue;
      rules.rollback();
      fields.seq = seq;
      fields.total = total;
      return errorBody(ErrorCode.ABORT, "the count has no room for that");
    }
    rules.commit();
    return null;
  }

  /**
   * Begins an exchange.
   *
   * @param peer The number of the node that is asked, another one.
   */
  exchange(peer: number): void {
    const header = new SyncFields();
    const entries = new EntryLines(this.#rules);
    this.#exchanges?.request(0, peer, ++this.#exchange, header, entries);
    this.#sendExchange(peer, header, entries);
  }

  #sendExchange(peer: number, header: SyncFields, entries: EntryLines): void {
    const dest = this.#names[peer];
    if (dest === undefined) return;
    const lines = [formatSync(header), ...entries.lines];
    this.#send(dest, { type: "exchange", lines });
  }

  /** Takes a request or a reply; what is none changes nothing. */
  #takeExchange(src: string, lines: unknown): void {
    const exchanges = this.#exchanges;
    const sender = this.#names.indexOf(src);
    if (exchanges === null || sender < 0 || !Array.isArray(lines)) return;
    const [first, ...others] = lines.map(String);
    const header = new SyncFields();
    const refusal = parseSync(first ?? "", header, (of) => of === sender);
    if (refusal !== null || header.count !== others.length) return;
    const receipt = new SyncReceipt(header.count, 2 * NODES_MAX);
    for (const line of others) {
      const bytes = encoder.encode(line);
      if (receipt.take(bytes, 0, bytes.length) !== VALID) return;
    }
    exchanges.receive(0, header);
    this.#rules.beginMerge(exchanges.sourceOf(0, header));
    for (let i = 0; i < receipt.length; i++) {
      receipt.read(i, this.#entry);
      this.#rules.merge(this.#entry);
    }
    this.#rules.commit();
    exchanges.received(0, header);
    if (header.isReply) {
      if (exchanges.goesOn(0, header)) this.exchange(sender);
      return;
    }
    const reply = new SyncFields();
    const entries = new EntryLines(this.#rules);
    exchanges.reply(0, header, reply, entries);
    this.#sendExchange(sender, reply, entries);
  }
}

/** Collects entries as their lines. */
class EntryLines implements EntrySink {
  readonly lines: string[] = [];
  readonly #rules: ReplicaRules;
  readonly #entry = new EntryFields();
  readonly #bytes = new Uint8Array(ENTRY_BYTES_MAX);

  constructor(rules: ReplicaRules) {
    this.#rules = rules;
  }

  add(_replica: number, row: number): void {
    this.#rules.read(row, this.#entry);
    const end = encodeEntry(this.#entry, this.#bytes, 0);
    this.lines.push(decoder.decode(this.#bytes.subarray(0, end)));
  }
}
