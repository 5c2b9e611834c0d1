/**
 * An exploration as anybody would write it who has never seen the other one: a
 * state is an object, events are functions on copies of it, recursion finds all
 * states, and two are the same if their text is, under some renaming of likes
 * servers. It shares the rules and nothing else: no bytes, no hashes, no blocks.
 *
 * One primary, without reads.
 *
 * @module
 */

import type { Delivery } from "../../lib/domain/delivery.ts";
import { NEVER } from "../../lib/domain/ticks.ts";
import {
  DUPLICATE,
  GAP,
  ReportFields,
  VALID,
  validateFields,
} from "../../lib/protocol/validator.ts";
import { DEFAULT_TIMING } from "../../lib/rules/backoff.ts";
import { Ledger, makeLedgerStorage } from "../../lib/rules/ledger.ts";
import { LikesServer } from "../../lib/rules/likes_server.ts";
import { SEND } from "../../lib/rules/report_sender.ts";
import { makeRows } from "../../lib/rules/rows.ts";

/** What is explored. */
export interface NaiveBounds {
  readonly delivery: Delivery;
  readonly servers: number;
  readonly draws: number;
  readonly losses: number;
  readonly copies: number;
  readonly crashes: number;
  readonly late: number;
}

/** A report or a reply. `awaited`: who sent it, or hears it, waits for it. */
export interface Letter {
  readonly server: number;
  readonly isReply: boolean;
  readonly awaited: boolean;
  readonly isCopy: boolean;
  readonly text: readonly (number | string)[];
}

/** A state, as an object. */
export interface State {
  /** The rows of the rules, as they are. */
  readonly rows: readonly number[][];
  readonly ledger: readonly number[][];
  readonly down: readonly boolean[];
  readonly primaryDown: boolean;
  readonly letters: readonly Letter[];
  readonly left: readonly number[];
  readonly ended: boolean;
  readonly faulty: boolean;
  readonly copied: boolean;
}

const LATER = 2 ** 30;

/** Places of columns of a row that say how often or when, and not what is possible. */
const K = 0;
const ACT_AT = 2;
const ATTEMPT = 8;
const FAILURES = 10;
const RETRIES = 12;
const REJECTED = 13;
const IN_FLIGHT = [6, 7, 20, 21];

/** The naive exploration. */
export class NaiveWorld {
  /** By depth: how many states are reached no sooner, up to renaming. */
  readonly levels: number[] = [];
  /** Fewest events after which a draw is counted twice. */
  twiceDepth = Infinity;
  /** Fewest events after which a run is over, and not all is counted once. */
  offDepth = Infinity;
  /** All states, up to renaming, with the fewest events to each. */
  readonly depths = new Map<string, number>();
  readonly #bounds: NaiveBounds;
  readonly #likes: readonly (readonly number[])[];
  readonly #rows = makeRows(1);
  readonly #server: LikesServer;
  readonly #storage = makeLedgerStorage(1);
  readonly #ledger = new Ledger(this.#storage);

  constructor(bounds: NaiveBounds, likes: readonly (readonly number[])[]) {
    this.#bounds = bounds;
    this.#likes = likes;
    this.#server = new LikesServer(this.#rows, {
      likes: (_row, seq) => likes[seq - 1]?.[0] ?? 0,
    }, { delivery: bounds.delivery, ...DEFAULT_TIMING });
  }

  /** Visits everything. */
  explore(): void {
    this.#rows.ints.fill(0);
    this.#server.at(0).start(LATER);
    const row = [...this.#rows.ints];
    const { servers, losses, copies, crashes, late } = this.#bounds;
    const all = <T>(value: T): T[] =>
      Array.from({ length: servers }, () => value);
    this.#visit({
      rows: all(row),
      ledger: all([0, 0, 0]),
      down: all(false),
      primaryDown: false,
      letters: [],
      left: [losses, copies, crashes, late],
      ended: false,
      faulty: false,
      copied: false,
    }, 0);
    for (const depth of this.depths.values()) {
      this.levels[depth] = (this.levels[depth] ?? 0) + 1;
    }
  }

  /**
   * Recursion, depth first: a state that was reached before with more events is
   * visited again.
   */
  #visit(state: State, depth: number): void {
    const key = keyOf(state, this.#bounds.delivery);
    const known = this.depths.get(key);
    if (known !== undefined && known <= depth) return;
    this.depths.set(key, depth);
    const nextStates = this.nextStates(state);
    if (this.#isTwice(state)) {
      this.twiceDepth = Math.min(this.twiceDepth, depth);
    } else if (nextStates.length === 0 && this.#isOff(state)) {
      this.offDepth = Math.min(this.offDepth, depth);
    }
    for (const next of nextStates) this.#visit(next, depth + 1);
  }

  /** Whether what is counted is the sum of no draws, each counted once. */
  #isTwice({ rows, ledger }: State): boolean {
    return rows.some((row, server) => {
      const sums = this.#sumsOf(row);
      return !sums.includes(ledger[server]![2]!);
    });
  }

  /** Sums of any of the draws that were made. */
  #sumsOf(row: readonly number[]): number[] {
    const total =
      new Float64Array(Int32Array.from(row.slice(14, 16)).buffer)[0];
    const seq = row[3]!;
    // The last draw brings what is left of the total.
    const firsts = this.#likes.slice(0, seq - 1).map(([likes = 0]) => likes);
    const rest = total! - firsts.reduce((sum, likes) => sum + likes, 0);
    const made = seq === 0 ? [] : [...firsts, rest];
    return made.reduce(
      (sums, likes) => [...sums, ...sums.map((sum) => sum + likes)],
      [0],
    );
  }

  /** Whether not all that was drawn is counted. */
  #isOff({ rows, ledger, ended }: State): boolean {
    return ended && rows.some((row, server) => {
      const floats = new Float64Array(
        Int32Array.from(row.slice(14, 16)).buffer,
      );
      return floats[0] !== ledger[server]![2];
    });
  }

  /** All states that one event leads to. */
  nextStates(state: State): State[] {
    const next: State[] = [];
    const { servers, draws } = this.#bounds;
    const [losses = 0, copies = 0, crashes = 0, late = 0] = state.left;
    const spend = (which: number): Pick<State, "left" | "faulty"> => ({
      left: state.left.map((left, i) => i === which ? left - 1 : left),
      faulty: true,
    });
    for (let server = 0; server < servers; server++) {
      const row = state.rows[server]!;
      const [, drawAt = 0, actAt = 0, seq = 0] = row;
      const inFlight = (row[9]! & 1) !== 0;
      if (state.down[server]) {
        next.push(this.#decide(
          { ...state, down: state.down.with(server, false) },
          server,
          (s) => s.resume(0, seq + 1, seq < draws ? LATER : NEVER),
        ));
        continue;
      }
      if (drawAt !== NEVER) {
        for (const likes of this.#likes[seq] ?? []) {
          next.push(this.#decide(
            state,
            server,
            (s) => s.draw(0, likes, seq + 1 < draws ? LATER : NEVER),
          ));
        }
      }
      const onTheWay = state.letters.some((letter) =>
        letter.server === server && letter.awaited
      );
      if (inFlight && (!onTheWay || late > 0)) {
        const given = onTheWay ? { ...state, ...spend(3) } : state;
        next.push(this.#decide(given, server, (s) => s.due(actAt, 0)));
      }
      if (!inFlight && actAt !== NEVER) {
        next.push(this.#decide(state, server, (s) => s.due(actAt, 0)));
      }
      if (crashes > 0) {
        next.push(this.#decide(
          { ...state, ...spend(2), down: state.down.with(server, true) },
          server,
          (s) => (s.crash(), 0),
        ));
      }
    }
    if (state.primaryDown) next.push({ ...state, primaryDown: false });
    else if (crashes > 0) {
      next.push({ ...state, ...spend(2), primaryDown: true });
    }
    state.letters.forEach((letter, i) => {
      const without = state.letters.filter((_, j) => j !== i);
      next.push(this.#deliver({ ...state, letters: without }, letter));
      if (state.primaryDown && !letter.isReply && letter.awaited) {
        next.push(this.#decide(
          { ...state, letters: without },
          letter.server,
          (s) => s.fail(0, s.attempt, false, 0),
        ));
      }
      if (losses > 0) next.push({ ...state, ...spend(0), letters: without });
      if (copies > 0) {
        const copy = letter.isReply
          ? letter
          : { ...letter, awaited: false, isCopy: true };
        next.push({
          ...state,
          ...spend(1),
          copied: true,
          letters: [...state.letters, copy],
        });
      }
    });
    if (!state.ended) next.push(this.#end(state));
    return next;
  }

  #end(state: State): State {
    let ended: State = {
      ...state,
      left: [0, 0, 0, 0],
      ended: true,
      primaryDown: false,
    };
    for (let server = 0; server < this.#bounds.servers; server++) {
      const [, drawAt, , seq = 0] = state.rows[server]!;
      if (ended.down[server]) {
        ended = this.#decide(
          { ...ended, down: ended.down.with(server, false) },
          server,
          (s) => s.resume(0, seq + 1, NEVER),
        );
      } else if (drawAt !== NEVER) {
        ended = this.#decide(ended, server, (s) => s.endLifetime(0));
      }
    }
    return ended;
  }

  #deliver(state: State, letter: Letter): State {
    const { server, isReply, awaited, isCopy, text } = letter;
    if (isReply) {
      if (state.down[server]) return state;
      const [answer, value] = text;
      const back = awaited ? 0 : 1;
      return this.#decide(
        state,
        server,
        (s) =>
          answer === "ACK"
            ? s.acknowledge(0, s.attempt - back)
            : answer === "GAP"
            ? s.gap(0, s.attempt - back, Number(value), 0)
            : s.refuse(0, s.attempt - back, false, 0),
      );
    }
    if (state.primaryDown) return state;
    const [likes = 0, seq = 0, total = -1] = text.map(Number);
    const held = state.ledger[server]!;
    this.#storage.ints.set([held[0]!, held[1]!]);
    this.#storage.floats[1] = held[2]!;
    const report = Object.assign(new ReportFields(), {
      ...{ server, likes, seq, total },
    });
    const invalid = validateFields(report);
    const newly = invalid === VALID
      ? this.#ledger.receive(0, likes, seq, total)
      : -invalid;
    const { ints, floats } = this.#storage;
    const reply = newly >= 0 || newly === -DUPLICATE
      ? ["ACK"]
      : newly === -GAP
      ? ["GAP", held[0]! + 1]
      : ["NO", -newly];
    // The network keeps what is answered to the copies that it made.
    const letters = isCopy ? state.letters : [
      ...state.letters,
      { server, isReply: true, awaited, isCopy, text: reply },
    ];
    return {
      ...state,
      letters,
      ledger: state.ledger.with(server, [ints[0]!, ints[1]!, floats[1]!]),
    };
  }

  /** Lets a likes server decide, and does what it says. */
  #decide(
    state: State,
    server: number,
    decide: (server: LikesServer) => number,
  ): State {
    const { ints } = this.#rows;
    ints.set(state.rows[server]!);
    const s = this.#server.at(0);
    const { attempt } = s;
    const action = decide(s);
    const isAwaited = s.inFlight && s.attempt === attempt;
    let letters = isAwaited
      ? state.letters
      : state.letters.map((letter) =>
        letter.server === server ? { ...letter, awaited: false } : letter
      );
    if (action === SEND) {
      const isMarked = this.#bounds.delivery === "dedup" ||
        this.#bounds.delivery === "crdt";
      const text = [s.reportLikes, isMarked ? s.reportSeq : 0, s.reportTotal];
      letters = [...letters, {
        ...{ server, isReply: false, awaited: true, isCopy: false, text },
      }];
    }
    return { ...state, letters, rows: state.rows.with(server, [...ints]) };
  }
}

/**
 * The least text of a state under all renamings of likes servers.
 *
 * @param state The state.
 * @param delivery The delivery mode.
 * @returns The text.
 */
export function keyOf(state: State, delivery: Delivery): string {
  const orders = permutations(state.rows.map((_, i) => i));
  const texts = orders.map((order) => {
    const nameOf = (server: number) => order.indexOf(server);
    return JSON.stringify([
      order.map((server) => [
        possible(state.rows[server]!, delivery),
        state.ledger[server],
        state.down[server],
      ]),
      state.letters.map(({ server, isReply, awaited, isCopy, text }) =>
        JSON.stringify([nameOf(server), isReply, awaited, isCopy, text])
      ).toSorted(),
      state.primaryDown,
      state.left,
      state.ended,
      state.faulty,
      state.copied,
    ]);
  });
  return texts.toSorted()[0]!;
}

/** The columns of a row that decide what is possible. */
function possible(row: readonly number[], delivery: Delivery): number[] {
  const inFlight = (row[9]! & 1) !== 0;
  return row.slice(0, 22).map((value, column) => {
    if ([K, ATTEMPT, RETRIES, REJECTED].includes(column)) return 0;
    if (column === ACT_AT) return value === NEVER ? 0 : 1;
    if (column === FAILURES) return delivery === "dedup" && value > 0 ? 1 : 0;
    return IN_FLIGHT.includes(column) && !inFlight ? 0 : value;
  });
}

function permutations(items: readonly number[]): number[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, i) =>
    permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest])
  );
}
