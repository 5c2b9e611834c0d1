/**
 * What every transport of reads must do with the rule of quorums: the same
 * stories are told to reads over real sockets and in a simulated network.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { ReadRepair } from "../../lib/domain/replicas.ts";
import {
  QuorumRead,
  type ReadQuorumOptions,
} from "../../lib/rules/read_quorum.ts";

/** A read of one item, of which all of some replicas are asked. */
export interface ReadStory {
  /** By replica: the newest draw that it has; each has 10 likes. */
  readonly has: readonly number[];
  /** The replicas that answer, in that order; others never do. */
  readonly answering: readonly number[];
  /** Read quorum R. */
  readonly readQuorum: number;
  /** Write quorum W. */
  readonly writeQuorum: number;
  /** Time of read repair. */
  readonly readRepair: ReadRepair;
  /** By replica: how many repairs to it are lost. @default {none} */
  readonly lostRepairs?: readonly number[];
  /** Patience of the read, in ticks of 0.1 ms. @default {60,000} */
  readonly ackTimeoutTicks?: number;
}

/** What came of it. */
export interface ReadEnd {
  /** The draw that it was answered with; null: it was not answered. */
  readonly seq: number | null;
  /** The total that it was answered with. */
  readonly total: number | null;
  /** Repairs sent: replica and seq, by replica and in order. */
  readonly repairs: readonly (readonly [replica: number, seq: number])[];
  /** By replica: the newest draw that it has when the read was answered. */
  readonly has: readonly number[];
}

/** Makes the rule of a read. */
export type MakeQuorumRead = (options: ReadQuorumOptions) => QuorumRead;

/** Lets a read happen over some transport. */
export type Transport = (
  story: ReadStory,
  makeQuorumRead: MakeQuorumRead,
) => Promise<ReadEnd> | ReadEnd;

const THREE = { readQuorum: 2, writeQuorum: 2, readRepair: "off" } as const;

/** A story, and what must hold of its end. */
export interface Acceptance {
  /** What must hold. */
  readonly name: string;
  /** The story. */
  readonly story: ReadStory;
  /** Throws if it does not hold. */
  readonly check: (end: ReadEnd) => void;
}

/** All of it. */
export const ACCEPTANCE: readonly Acceptance[] = [
  {
    name:
      "is answered with the newest of the first R answers, and tells nobody",
    story: { ...THREE, has: [3, 4, 9], answering: [0, 1, 2] },
    check: ({ seq, total, repairs }) =>
      assertEquals({ seq, total, repairs }, { seq: 4, total: 40, repairs: [] }),
  },
  {
    name: "is not answered by fewer than R",
    story: {
      ...{ ...THREE, has: [3, 4, 9], answering: [1] },
      ackTimeoutTicks: 1_000,
    },
    check: ({ seq }) => assertEquals(seq, null),
  },
  {
    name:
      "with repair after tells those that answered with less, of what is newest of all answers",
    story: {
      ...{ ...THREE, readQuorum: 1, readRepair: "after" },
      ...{ has: [3, 4, 9, 1], answering: [0, 1, 2] },
    },
    check: ({ seq, repairs, has }) => {
      assertEquals(seq, 3);
      assertEquals(repairs, [[0, 4], [0, 9], [1, 9]]);
      assertEquals(has, [9, 9, 9, 1]);
    },
  },
  {
    name: "with repair before tells all that are not known to have the result",
    story: {
      ...{ ...THREE, writeQuorum: 3, readRepair: "before" },
      ...{ has: [3, 4, 1], answering: [0, 1] },
    },
    check: ({ seq, total, repairs }) => {
      assertEquals({ seq, total }, { seq: 4, total: 40 });
      assertEquals(repairs, [[0, 4], [2, 4]]);
    },
  },
  {
    name: "with repair before tells nobody where W have the result already",
    story: {
      ...{ ...THREE, readRepair: "before" },
      ...{ has: [4, 4, 1], answering: [0, 1, 2] },
    },
    check: ({ seq, repairs, has }) => {
      assertEquals({ seq, repairs }, { seq: 4, repairs: [] });
      assertEquals(has, [4, 4, 1]);
    },
  },
  {
    name:
      "with repair before sends again what was lost, until W have the result",
    story: {
      ...{ ...THREE, writeQuorum: 3, readRepair: "before" },
      ...{ has: [4, 4, 1], answering: [0, 1], lostRepairs: [0, 0, 1] },
      ackTimeoutTicks: 30_000,
    },
    check: ({ seq, repairs, has }) => {
      assertEquals(seq, 4);
      assertEquals(repairs, [[2, 4], [2, 4]]);
      assertEquals(has, [4, 4, 4]);
    },
  },
  {
    name: "with repair before is not answered where W can not be told",
    story: {
      ...{ ...THREE, writeQuorum: 3, readRepair: "before" },
      ...{ has: [4, 4, 1], answering: [0, 1], lostRepairs: [0, 0, 99] },
      ackTimeoutTicks: 2_000,
    },
    check: ({ seq, has }) => {
      assertEquals(seq, null);
      assertEquals(has, [4, 4, 1]);
    },
  },
];

/**
 * Tells a transport every story.
 *
 * @param transport The transport.
 * @param makeQuorumRead Makes the rule.
 * @returns The names of what does not hold.
 */
export async function broken(
  transport: Transport,
  makeQuorumRead: MakeQuorumRead = (options) => new QuorumRead(options),
): Promise<string[]> {
  const names: string[] = [];
  for (const { name, story, check } of ACCEPTANCE) {
    const end = await transport(story, makeQuorumRead);
    try {
      check(end);
    } catch {
      names.push(name);
    }
  }
  return names;
}

/** Takes the first answer instead of the newest. */
export class FirstRead extends QuorumRead {
  protected override isNewer(
    seq: number,
    total: number,
    entry: number,
  ): boolean {
    return this.entries === 0 && super.isNewer(seq, total, entry);
  }
}

/** Is answered when W - 1 have the result. */
export class HastyRead extends QuorumRead {
  /** @param options How it is answered. */
  constructor(options: ReadQuorumOptions) {
    super({ ...options, writeQuorum: options.writeQuorum - 1 });
  }
}

/** Repairs with the entry before the newest. */
export class OlderRead extends QuorumRead {
  override repairSeqOf(entry: number): number {
    return super.repairSeqOf(entry) - 1;
  }

  override repairTotalOf(entry: number): number {
    return super.repairTotalOf(entry) - 10;
  }
}

/** Forgets those that have not acknowledged a repair. */
export class ForgetfulRead extends QuorumRead {
  override repairLost(): void {}
}

/** Wrong rules, and the only stories that each of them breaks. */
export const MUTANTS: readonly (readonly [
  name: string,
  make: MakeQuorumRead,
  broken: readonly string[],
])[] = [
  ["takes the first answer", (options) => new FirstRead(options), [
    "is answered with the newest of the first R answers, and tells nobody",
    "with repair after tells those that answered with less, of what is newest of all answers",
    "with repair before tells all that are not known to have the result",
  ]],
  ["is content with W - 1", (options) => new HastyRead(options), [
    "with repair before sends again what was lost, until W have the result",
    "with repair before is not answered where W can not be told",
  ]],
  ["repairs with an older entry", (options) => new OlderRead(options), [
    "with repair after tells those that answered with less, of what is newest of all answers",
    "with repair before tells all that are not known to have the result",
    "with repair before sends again what was lost, until W have the result",
  ]],
  ["forgets a lost repair", (options) => new ForgetfulRead(options), [
    "with repair before sends again what was lost, until W have the result",
  ]],
];
