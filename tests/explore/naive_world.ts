/**
 * Replicas and a reader as anybody would explore them who has never seen the
 * other exploration: the live objects of the rules, and no state that is saved
 * or put back. A state is the way to it, which is gone again from the
 * beginning; two are the same if what can be seen of them is, under some
 * renaming, see `naive_view.ts`.
 *
 * @module
 */

import { NEVER } from "../../lib/domain/ticks.ts";
import { PUSH_PULL, SyncFields } from "../../lib/protocol/sync.ts";
import {
  DUPLICATE,
  GAP,
  ReportFields,
  VALID,
  validateFields,
} from "../../lib/protocol/validator.ts";
import { DEFAULT_TIMING } from "../../lib/rules/backoff.ts";
import {
  type HomeChoice,
  READ_PATIENCE,
  WRITE_PATIENCE,
} from "../../lib/rules/choice.ts";
import {
  EntryBatch,
  mergeBatch,
} from "../../lib/rules/exchange/entry_batch.ts";
import type { Exchanges } from "../../lib/rules/exchange/exchange.ts";
import { Feeds, NO_SOURCE } from "../../lib/rules/exchange/feed.ts";
import { type Ledger, makeLedgerStorage } from "../../lib/rules/ledger.ts";
import type { LikesServer } from "../../lib/rules/likes_server.ts";
import { ASKED, Pairs } from "../../lib/rules/exchange/pairs.ts";
import type { QuorumRead } from "../../lib/rules/read_quorum.ts";
import { SEND } from "../../lib/rules/report_sender.ts";
import { makeRows } from "../../lib/rules/rows.ts";
import { isMarked } from "../../lib/rules/delivery_traits.ts";
import type { Bounds } from "../../lib/explore/model/bounds.ts";
import { RULES, type Rules } from "../../lib/explore/model/rules.ts";

/** A report or a reply between a likes server and a replica. */
export interface Letter {
  readonly server: number;
  readonly replica: number;
  readonly isReply: boolean;
  readonly isCopy: boolean;
  /** The attempt that it belongs to. */
  readonly attempt: number;
  readonly text: readonly (number | string)[];
}

/** A message between replicas. */
export interface Note {
  readonly to: number;
  readonly fields: SyncFields;
  readonly isCopy: boolean;
  /** Entries: row, seq, report, total. */
  readonly entries: readonly (readonly number[])[];
}

/** A question to a replica, or its answer. */
export interface Question {
  readonly replica: number;
  /** Seq and total that are answered; null: it is asked. */
  readonly answer: readonly [number, number] | null;
}

/** The read that waits for its answer. */
export interface OpenRead {
  readonly item: number;
  readonly due: number;
  readonly floor: number;
  readonly heard: (readonly number[])[];
  readonly rule: QuorumRead;
}

/** A thing that can happen. */
type Happening = () => void;

const LATER = 2 ** 30;

/** Budgets, by their place in what is left. */
const LOSS = 0;
const COPY = 1;
const CRASH = 2;
const LATE = 3;

/** Replicas, likes servers that report home, and a reader. */
export class NaiveWorld {
  readonly bounds: Bounds;
  readonly isMarked: boolean;
  /** Rows of each replica. */
  readonly rowsOf: number;
  readonly rows;
  readonly server: LikesServer;
  readonly ledgers: readonly Ledger[];
  readonly feeds: Feeds;
  readonly pairs: Pairs;
  readonly choice: HomeChoice;
  readonly readerChoice: HomeChoice;
  readonly serversDown: boolean[];
  readonly replicasDown: boolean[];
  readonly lives: number[];
  /** Up to which draw of a likes server all may be forgotten. */
  readonly excused: number[];
  readonly left: number[];
  letters: Letter[] = [];
  notes: Note[] = [];
  questions: Question[] = [];
  read: OpenRead | null = null;
  /** By item: up to which draw any read was answered with. */
  readonly answered: number[];
  /** By item and replica: up to which draw the reader was told. */
  readonly seen: number[][];
  exchangesLeft: number;
  readsLeft: number;
  hasEnded = false;
  isFaulty = false;
  /** Whether a report or its reply was repeated. */
  isCopied = false;
  /** Whether a reader was told less than it must be. */
  isReadWrong = false;
  readonly #rules: Rules;
  readonly #likes: readonly (readonly number[])[];
  readonly #exchanges: Exchanges;
  /** By replica: requests made. */
  readonly #requests: number[];

  constructor(
    bounds: Bounds,
    likes: readonly (readonly number[])[],
    rules: Rules = RULES,
  ) {
    const { servers, replicas, delivery, crashes } = bounds;
    const perReplica = <T>(make: (replica: number) => T): T[] =>
      Array.from({ length: replicas }, (_, replica) => make(replica));
    const perServer = <T>(make: (server: number) => T): T[] =>
      Array.from({ length: servers }, (_, server) => make(server));
    this.bounds = bounds;
    this.#rules = rules;
    this.#likes = likes;
    this.isMarked = isMarked(delivery);
    this.rowsOf = this.isMarked ? servers : servers * replicas;
    this.rows = makeRows(servers);
    this.server = rules.makeLikesServer(this.rows, {
      likes: (_row, seq) => likes[seq - 1]?.[0] ?? 0,
    }, { delivery, ...DEFAULT_TIMING });
    this.ledgers = perReplica(() =>
      rules.makeLedger(makeLedgerStorage(this.rowsOf))
    );
    this.feeds = new Feeds(replicas, this.rowsOf);
    this.pairs = new Pairs(replicas, replicas);
    this.#exchanges = rules.makeExchanges(
      this.feeds,
      { replicas, style: PUSH_PULL, entriesMax: 10_000 },
      this.pairs,
    );
    this.choice = rules.makeHomeChoice({
      ...{ clients: servers, replicas, patience: WRITE_PATIENCE },
    });
    this.readerChoice = rules.makeHomeChoice({
      ...{ clients: 1, replicas, patience: READ_PATIENCE },
    });
    this.serversDown = perServer(() => false);
    this.replicasDown = perReplica(() => false);
    this.lives = perReplica(() => 1);
    this.excused = perServer(() => 0);
    this.left = [bounds.losses, bounds.copies, crashes, bounds.late];
    this.answered = perServer(() => 0);
    this.seen = perServer(() => perReplica(() => 0));
    this.exchangesLeft = replicas > 1 ? bounds.exchanges : 0;
    this.readsLeft = this.isMarked ? bounds.reads : 0;
    this.#requests = perReplica(() => 0);
    for (let replica = 0; replica < replicas; replica++) {
      this.#exchanges.start(replica, 1);
    }
    for (let server = 0; server < servers; server++) {
      this.server.at(server).start(LATER);
    }
  }

  // --- what is asked of a state

  /**
   * The attempt whose answer a likes server waits for; 0: it waits for none.
   */
  awaitedAttempt(server: number): number {
    const s = this.server.at(server);
    return !this.serversDown[server] && s.inFlight ? s.attempt : 0;
  }

  isAwaited({ server, attempt, isReply, isCopy }: Letter): boolean {
    return (isReply || !isCopy) && attempt === this.awaitedAttempt(server);
  }

  /** The replica that began the exchange of a message. */
  beganBy({ to, fields }: Note): number {
    return fields.isReply ? to : fields.sender;
  }

  /** Whether whoever began its exchange waits for a message. */
  isNoteAwaited(note: Note): boolean {
    const began = this.beganBy(note);
    const { isReply, sender, number } = note.fields;
    if (number !== this.#requests[began]) return false;
    if (!isReply) return !note.isCopy;
    const { slots } = this.pairs;
    return slots[this.pairs.slotOf(began, sender) | ASKED]! > 0;
  }

  entryOf(replica: number, row: number): readonly [number, number, number] {
    const ledger = this.ledgers[replica]!;
    return [
      ...[ledger.lastSeqOf(row), ledger.lastReportOf(row)] as const,
      ledger.totalOf(row),
    ];
  }

  areApart(replica: number, other: number): boolean {
    return Array.from({ length: this.rowsOf }).some((_, row) =>
      `${this.entryOf(replica, row)}` !== `${this.entryOf(other, row)}`
    );
  }

  /** Likes of a likes server that a replica holds. */
  valueOf(server: number, replica: number): number {
    const ledger = this.ledgers[replica]!;
    if (this.isMarked) return ledger.totalOf(server);
    const { replicas } = this.bounds;
    return Array.from({ length: replicas }).reduce<number>(
      (sum, _, counter) => sum + ledger.totalOf(server * replicas + counter),
      0,
    );
  }

  /** Whether likes are counted that are not the sum of draws, each once. */
  get isTwice(): boolean {
    const { servers, replicas } = this.bounds;
    for (let server = 0; server < servers; server++) {
      const sums = this.#sumsOf(server);
      let own = 0;
      for (let replica = 0; replica < replicas; replica++) {
        if (!sums.includes(this.valueOf(server, replica))) return true;
        const row = this.isMarked ? 0 : server * replicas + replica;
        own += this.isMarked ? 0 : this.ledgers[replica]!.totalOf(row);
      }
      if (!sums.includes(own)) return true;
    }
    return false;
  }

  /** Whether not all that was drawn is counted once everywhere. */
  get isOff(): boolean {
    const { servers, replicas } = this.bounds;
    for (let server = 0; server < servers; server++) {
      for (let replica = 0; replica < replicas; replica++) {
        const generated = this.server.at(server).total;
        if (this.valueOf(server, replica) !== generated) return true;
      }
    }
    return false;
  }

  /** Sums of any of the draws that were made. */
  #sumsOf(server: number): number[] {
    const { seq, total } = this.server.at(server);
    // The last draw brings what is left of the total.
    const firsts = this.#likes.slice(0, seq - 1).map(([likes = 0]) => likes);
    const rest = total - firsts.reduce((sum, likes) => sum + likes, 0);
    return (seq === 0 ? [] : [...firsts, rest]).reduce(
      (sums, likes) => [...sums, ...sums.map((sum) => sum + likes)],
      [0],
    );
  }

  // --- what can happen

  /** Everything that can happen next. */
  happenings(): Happening[] {
    const { servers, replicas } = this.bounds;
    const all: Happening[] = [];
    for (let server = 0; server < servers; server++) {
      all.push(...this.#happeningsOfServer(server));
    }
    for (let replica = 0; replica < replicas; replica++) {
      if (this.replicasDown[replica]) all.push(() => this.#restart(replica));
      else if (this.left[CRASH]! > 0) {
        all.push(this.#fault(CRASH, () => this.#kill(replica)));
      }
    }
    for (const letter of this.letters) {
      all.push(...this.#happeningsOfLetter(letter));
    }
    all.push(...this.#happeningsBetween(), ...this.#happeningsOfReader());
    if (!this.hasEnded) all.push(() => this.#end());
    return all;
  }

  #fault(budget: number, happen: Happening): Happening {
    return () => {
      this.left[budget]!--;
      this.isFaulty = true;
      happen();
    };
  }

  #happeningsOfServer(server: number): Happening[] {
    const { draws } = this.bounds;
    const s = this.server.at(server);
    const { seq, drawAt, actAt, inFlight } = s;
    if (this.serversDown[server]) {
      return [() => this.#resume(server, seq < draws ? LATER : NEVER)];
    }
    const all: Happening[] = [];
    if (drawAt !== NEVER) {
      const next = seq + 1 < draws ? LATER : NEVER;
      for (const likes of this.#likes[seq] ?? []) {
        all.push(() => this.#decide(server, (s) => s.draw(0, likes, next)));
      }
    }
    if (inFlight) {
      const timeout = () => {
        this.choice.unanswered(server);
        this.#decide(server, (s) => s.due(actAt, 0));
      };
      const isOnTheWay = this.letters.some((letter) =>
        letter.server === server && this.isAwaited(letter)
      );
      if (!isOnTheWay) all.push(timeout);
      else if (this.left[LATE]! > 0) all.push(this.#fault(LATE, timeout));
    } else if (actAt !== NEVER) {
      all.push(() => this.#decide(server, (s) => s.due(actAt, 0)));
    }
    if (this.left[CRASH]! > 0) {
      all.push(this.#fault(CRASH, () => {
        this.server.at(server).crash();
        this.serversDown[server] = true;
      }));
    }
    return all;
  }

  #happeningsOfLetter(letter: Letter): Happening[] {
    const take = () => {
      this.letters = this.letters.filter((other) => other !== letter);
    };
    const all: Happening[] = [() => {
      take();
      if (letter.isReply) this.#hear(letter);
      else this.#receive(letter);
    }];
    const { server, replica, isReply } = letter;
    if (!isReply && this.replicasDown[replica] && this.isAwaited(letter)) {
      all.push(() => {
        take();
        this.choice.refused(server);
        this.#decide(server, (s) => s.fail(0, s.attempt, false, 0));
      });
    }
    if (this.left[LOSS]! > 0) all.push(this.#fault(LOSS, take));
    if (this.left[COPY]! > 0) {
      all.push(this.#fault(COPY, () => {
        this.isCopied = true;
        this.letters.push({ ...letter, isCopy: true });
      }));
    }
    return all;
  }

  #happeningsBetween(): Happening[] {
    const { replicas } = this.bounds;
    const all: Happening[] = [];
    for (const note of this.notes) {
      all.push(() => this.#deliver(note));
      if (this.left[LOSS]! > 0) {
        all.push(this.#fault(LOSS, () => this.#take(note)));
      }
      if (this.left[COPY]! > 0) {
        all.push(this.#fault(COPY, () => {
          this.notes.push({ ...note, isCopy: true });
        }));
      }
    }
    for (let replica = 0; replica < replicas; replica++) {
      for (let peer = 0; peer < replicas; peer++) {
        if (!this.#canBegin(replica, peer)) continue;
        all.push(() => {
          if (!this.hasEnded) this.exchangesLeft--;
          this.#request(replica, peer);
          if (this.hasEnded) this.#finish(replica);
        });
      }
    }
    return all;
  }

  #canBegin(replica: number, peer: number): boolean {
    if (replica === peer || this.replicasDown[replica]) return false;
    if (this.#awaitedNote(replica) !== undefined) return false;
    return this.hasEnded
      ? this.areApart(replica, peer)
      : this.exchangesLeft > 0;
  }

  #awaitedNote(replica: number): Note | undefined {
    return this.notes.find((note) =>
      this.beganBy(note) === replica && this.isNoteAwaited(note)
    );
  }

  #happeningsOfReader(): Happening[] {
    if (this.hasEnded) return [];
    const { read } = this;
    const all: Happening[] = [];
    if (read === null) {
      for (let item = 0; item < this.bounds.servers; item++) {
        if (!this.#canRead(item)) continue;
        for (const asked of this.#askedSets()) {
          all.push(() => this.#ask(item, asked));
        }
      }
      return all;
    }
    for (const question of this.questions) {
      const take = () => {
        this.questions = this.questions.filter((other) => other !== question);
      };
      all.push(() => {
        take();
        this.#answer(read, question);
      });
      if (this.left[LOSS]! > 0) all.push(this.#fault(LOSS, take));
      if (this.left[COPY]! > 0 && question.answer !== null) {
        all.push(this.#fault(COPY, () => {
          this.questions.push({ ...question });
        }));
      }
    }
    const giveUp = () => {
      this.readerChoice.unanswered(0);
      this.#closeRead();
    };
    if (this.questions.length === 0) all.push(giveUp);
    else if (this.left[LATE]! > 0) all.push(this.#fault(LATE, giveUp));
    return all;
  }

  /** The last read is left out where nothing could be wrong with it. */
  #canRead(item: number): boolean {
    if (this.readsLeft !== 1) return this.readsLeft > 0;
    return this.server.at(item).acknowledgedSeq > 0 ||
      this.answered[item]! > 0 || this.seen[item]!.some((seq) => seq > 0);
  }

  /** The replicas that a read can ask: those of one of the lists. */
  #askedSets(): number[][] {
    const { replicas, readFrom, readQuorum } = this.bounds;
    if (readFrom === "home") return [[this.readerChoice.replicaOf(0)]];
    const all = Array.from({ length: replicas }, (_, replica) => replica);
    if (readFrom === "all" || readQuorum === replicas) return [all];
    if (readQuorum !== 1) throw new Error("Reads of 1 or all only");
    return all.map((replica) => [replica]);
  }

  // --- likes servers

  #decide(server: number, decide: (server: LikesServer) => number): void {
    const s = this.server.at(server);
    if (decide(s) !== SEND) return;
    const { reportLikes, reportSeq, reportTotal, attempt } = s;
    this.letters.push({
      ...{ server, attempt, isReply: false, isCopy: false },
      replica: this.choice.replicaOf(server),
      text: [reportLikes, this.isMarked ? reportSeq : 0, reportTotal],
    });
  }

  #resume(server: number, nextDrawAt: number): void {
    this.serversDown[server] = false;
    this.choice.restart(server);
    const { seq } = this.server.at(server);
    this.#decide(server, (s) => s.resume(0, seq + 1, nextDrawAt));
  }

  #hear(letter: Letter): void {
    const { server, attempt, text: [answer, value] } = letter;
    if (this.serversDown[server]) return;
    if (this.isAwaited(letter)) this.choice.answered(server);
    this.#decide(
      server,
      (s) =>
        answer === "ACK"
          ? s.acknowledge(0, attempt)
          : answer === "GAP"
          ? s.gap(0, attempt, Number(value), 0)
          : s.refuse(0, attempt, false, 0),
    );
  }

  // --- replicas

  #receive({ server, replica, isCopy, attempt, text }: Letter): void {
    if (this.replicasDown[replica]) return;
    const [likes = 0, seq = 0, total = -1] = text.map(Number);
    const report = Object.assign(new ReportFields(), {
      ...{ server, likes, seq, total },
    });
    const { replicas } = this.bounds;
    const row = this.isMarked ? server : server * replicas + replica;
    const ledger = this.ledgers[replica]!;
    const lastSeq = ledger.lastSeqOf(row);
    const invalid = validateFields(report);
    const newly = invalid === VALID
      ? ledger.receive(row, likes, seq, total)
      : -invalid;
    if (newly >= 0) this.feeds.touch(replica, row, NO_SOURCE);
    // The network keeps what is answered to the copies that it made.
    if (isCopy) return;
    this.letters.push({
      ...{ server, replica, isReply: true, isCopy, attempt },
      text: newly >= 0 || newly === -DUPLICATE
        ? ["ACK"]
        : newly === -GAP
        ? ["GAP", lastSeq + 1]
        : ["NO", -newly],
    });
  }

  #kill(replica: number): void {
    this.replicasDown[replica] = true;
    if (!this.bounds.forgets || this.bounds.isExact) return;
    for (let server = 0; server < this.bounds.servers; server++) {
      this.excused[server] = this.server.at(server).seq;
    }
  }

  #restart(replica: number): void {
    this.replicasDown[replica] = false;
    if (this.bounds.forgets) this.ledgers[replica]!.clear();
    this.lives[replica]!++;
    this.#requests[replica]!++; // nobody waits for what was on its way
    this.#exchanges.start(replica, this.lives[replica]!);
    this.feeds.clear(replica);
    for (let row = 0; row < this.rowsOf; row++) {
      const [seq] = this.entryOf(replica, row);
      if (seq > 0) this.feeds.touch(replica, row, NO_SOURCE);
    }
  }

  #request(replica: number, peer: number): void {
    const number = ++this.#requests[replica]!;
    this.#say(replica, peer, (fields, sink) => {
      this.#exchanges.request(replica, peer, number, fields, sink);
    });
  }

  #say(
    from: number,
    to: number,
    fill: (
      fields: SyncFields,
      sink: { add: (replica: number, row: number) => void },
    ) => void,
  ): void {
    const fields = new SyncFields();
    const entries: number[][] = [];
    fill(fields, {
      add: (_, row) => entries.push([row, ...this.entryOf(from, row)]),
    });
    this.notes.push({ to, fields, isCopy: false, entries });
  }

  #take(note: Note): void {
    this.notes = this.notes.filter((other) => other !== note);
  }

  #deliver(note: Note): void {
    const { to, fields, isCopy, entries } = note;
    this.#take(note);
    if (this.replicasDown[to]) return;
    const { replicas } = this.bounds;
    const batch = new EntryBatch();
    for (const [row = 0, seq = 0, report = 0, total = 0] of entries) {
      // What a replica counts itself it takes from nobody.
      if (!this.isMarked && row % replicas === to) continue;
      batch.add(row, seq, report, total);
    }
    const exchanges = this.#exchanges;
    exchanges.receive(to, fields);
    const source = exchanges.sourceOf(to, fields);
    mergeBatch(this.ledgers[to]!, this.feeds, to, batch, source);
    exchanges.received(to, fields);
    if (fields.isReply) {
      if (exchanges.goesOn(to, fields)) this.#request(to, fields.sender);
    } else if (!isCopy) {
      this.#say(to, fields.sender, (reply, sink) => {
        exchanges.reply(to, fields, reply, sink);
      });
    }
  }

  /** A whole exchange happens at once. */
  #finish(replica: number): void {
    let note = this.#awaitedNote(replica);
    while (note !== undefined) {
      this.#deliver(note);
      note = this.#awaitedNote(replica);
    }
  }

  // --- the reader

  #ask(item: number, asked: readonly number[]): void {
    this.readsLeft--;
    const rule = this.#rules.makeQuorumRead(this.bounds);
    rule.begin(this.bounds.replicas, asked.length);
    this.read = {
      ...{ item, rule, heard: [] },
      due: this.server.at(item).acknowledgedSeq,
      floor: this.answered[item]!,
    };
    this.questions = asked.map((replica) => ({ replica, answer: null }));
  }

  #answer(read: OpenRead, { replica, answer }: Question): void {
    const { item, due, floor, heard, rule } = read;
    if (answer === null) {
      if (this.replicasDown[replica]) return;
      const [seq, , total] = this.entryOf(replica, item);
      this.questions.push({ replica, answer: [seq, total] });
      return;
    }
    if (heard.some(([other]) => other === replica)) return;
    heard.push([replica, ...answer]);
    rule.hear(replica, 0, ...answer);
    rule.answered(replica);
    if (!rule.isOver) return;
    const seq = rule.seqOf(0);
    this.readerChoice.answered(0);
    const { readFrom, replicas, writeTo, readQuorum, writeQuorum } =
      this.bounds;
    this.answered[item] = Math.max(this.answered[item]!, seq);
    const excused = this.excused[item]!;
    const isLess = (least: number) => seq < least && least > excused;
    if (readFrom === "home") {
      const told = this.seen[item]!;
      this.isReadWrong ||= isLess(told[replica]!);
      told[replica] = Math.max(told[replica]!, seq);
    }
    const isFresh = (writeTo === "all" || replicas === 1) &&
      readQuorum + writeQuorum > replicas;
    this.isReadWrong ||= isFresh && (isLess(due) || isLess(floor));
    this.#closeRead();
  }

  #closeRead(): void {
    this.read = null;
    this.questions = [];
  }

  #end(): void {
    const { servers, replicas } = this.bounds;
    this.left.fill(0);
    this.hasEnded = true;
    this.exchangesLeft = this.readsLeft = 0;
    this.#closeRead();
    for (let replica = 0; replica < replicas; replica++) {
      if (this.replicasDown[replica]) this.#restart(replica);
    }
    for (let server = 0; server < servers; server++) {
      if (this.serversDown[server]) this.#resume(server, NEVER);
      else if (this.server.at(server).drawAt !== NEVER) {
        this.#decide(server, (s) => s.endLifetime(0));
      }
    }
  }
}

/** What an exploration of a world has found. */
export interface NaiveResult {
  /** All states as they are seen, with the fewest events to each. */
  readonly depths: ReadonlyMap<string, number>;
  /** Fewest events after which a draw is counted twice, or a read is wrong. */
  readonly wrongDepth: number;
  /** Fewest events after which a run is over, and not all is counted once. */
  readonly offDepth: number;
}

/**
 * Goes every way, depth after depth.
 *
 * @param start Makes the first state.
 * @param keyOf Tells what is seen of a state.
 * @returns What was found.
 */
export function exploreNaively(
  start: () => NaiveWorld,
  keyOf: (world: NaiveWorld) => string,
): NaiveResult {
  const depths = new Map<string, number>();
  let wrongDepth = Infinity;
  let offDepth = Infinity;
  const visit = (ways: readonly (readonly number[])[], depth: number) => {
    const next: number[][] = [];
    for (const way of ways) {
      const world = start();
      for (const which of way) world.happenings()[which]!();
      const isWrong = world.isReadWrong || world.isTwice;
      if (isWrong) wrongDepth = Math.min(wrongDepth, depth);
      const key = keyOf(world);
      if (depths.has(key)) continue;
      depths.set(key, depth);
      const count = world.happenings().length;
      if (count === 0 && !isWrong && world.isOff) {
        offDepth = Math.min(offDepth, depth);
      }
      for (let which = 0; which < count; which++) next.push([...way, which]);
    }
    if (next.length > 0) visit(next, depth + 1);
  };
  visit([[]], 0);
  return { depths, wrongDepth, offDepth };
}
