/**
 * Kinds of likes that went wrong in a run, summed up over its likes servers.
 *
 * @module
 */

/**
 * Kinds of likes that went wrong. `forgotten` (acknowledged, and not at the
 * primary) and `lost` (given up before they were acknowledged) share out those
 * lost; `crashed`, `stuck` and `undelivered` those undelivered.
 */
export const FINDING_KINDS = [
  "countedTwice",
  "forgotten",
  "lost",
  "crashed",
  "stuck",
  "undelivered",
] as const;

/** One of {@linkcode FINDING_KINDS}. */
export type FindingKind = typeof FINDING_KINDS[number];

/** A way in which likes went wrong, over all servers. */
export interface Finding {
  /** The kind. */
  readonly kind: FindingKind;
  /** The cause, a clause or a reason after `NAK `, where it is known. */
  readonly cause?: string;
  /** Number of likes servers. */
  readonly servers: number;
  /** Likes in all. */
  readonly likes: number;
  /** The first few of those servers, and how many likes of each. */
  readonly examples: readonly (readonly [name: string, likes: number])[];
}

/** Servers that a finding names. */
const EXAMPLES_MAX = 3;

/**
 * Causes told apart for each kind of finding: whatever primaries and systems
 * say, a verdict stays short.
 */
const CAUSES_MAX = 3;

type FindingCount = Omit<Finding, "kind" | "cause" | "examples"> & {
  readonly examples: [name: string, likes: number][];
};

/** Sums findings up one by one, so that a million servers need no list. */
export class Findings {
  readonly #found = new Map<FindingKind, Map<string, FindingCount>>();

  /**
   * Adds likes of one server to a finding.
   *
   * @param kind What went wrong with them.
   * @param name The likes server.
   * @param likes How many; 0 is no finding.
   * @param cause Why, where that is known. Beyond a few different causes the
   *   others are told without.
   */
  add(kind: FindingKind, name: string, likes: number, cause = ""): void {
    if (likes === 0) return;
    const causes = this.#found.get(kind) ?? new Map<string, FindingCount>();
    this.#found.set(kind, causes);
    const told = causes.has(cause) || causes.size < CAUSES_MAX ? cause : "";
    const found = causes.get(told);
    const examples = found?.examples ?? [];
    if (examples.length < EXAMPLES_MAX) examples.push([name, likes]);
    causes.set(told, {
      servers: (found?.servers ?? 0) + 1,
      likes: (found?.likes ?? 0) + likes,
      examples,
    });
  }

  /**
   * The findings so far.
   *
   * @returns By kind in the order of {@linkcode FINDING_KINDS}, each cause by
   *   itself.
   */
  list(): Finding[] {
    return FINDING_KINDS.flatMap((kind) =>
      [...this.#found.get(kind) ?? []].map(([cause, found]) =>
        cause === "" ? { kind, ...found } : { kind, cause, ...found }
      )
    );
  }
}
