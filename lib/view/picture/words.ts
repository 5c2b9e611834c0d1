/**
 * The words for what a picture shows: likes at primaries, or elements, sums and
 * answers at nodes of other people's programs.
 *
 * @module
 */
import type { RunSetting } from "./picture.ts";

/** The words of a run. */
export interface RunWords {
  /** The heading of its lines. */
  readonly title: string;
  /** One of what is counted. */
  readonly one: string;
  /** Several of them. */
  readonly many: string;
  /** The state that all of them are in. */
  readonly generated: string;
  /** The state in which they are to be, beside a line. */
  readonly held: string;
  /** The state in which they are to be, in a table. */
  readonly heldLong: string;
  /** The place where they are missing, as in `not at …`. */
  readonly place: string;
  /** The place where they are, in a sentence: `20 at …`. */
  readonly where: string;
  /** One of several that hold them. */
  readonly holder: string;
  /** The number in the name of the first of these. */
  readonly firstNumber: number;
  /**
   * The name of one of several that hold them.
   *
   * @param index Its number among them, from 0 on.
   */
  nameOf(index: number): string;
}

/**
 * The words for a run.
 *
 * @param setting The setting of the run.
 * @returns Its words.
 *
 * @example
 * ```ts
 * import { wordsOf } from "./words.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(wordsOf({ world: "live" }).held, "at the primary");
 * assertEquals(wordsOf({ world: "live", replicas: 3 }).nameOf(2), "primary2");
 * assertEquals(wordsOf({ world: "hosted", workload: "g-set" }).many, "elements");
 * ```
 */
export function wordsOf(setting: RunSetting): RunWords {
  if (setting.world === "hosted") return hostedWords(setting);
  const isOne = setting.replicas === undefined;
  return {
    title: "Likes",
    one: "like",
    many: "likes",
    generated: "generated",
    held: isOne ? "at the primary" : "together",
    heldLong: isOne ? "at the primary" : "at the replicas",
    place: isOne ? "the primary" : "any replica",
    where: isOne ? "the primary" : "the replicas",
    holder: "replica",
    firstNumber: 0,
    nameOf: (index) => `primary${index}`,
  };
}

function hostedWords({ workload, nodes = [] }: RunSetting): RunWords {
  const holds = {
    held: "at every node",
    heldLong: "at every node",
    place: "every node",
    where: "every node",
    holder: "node",
    firstNumber: Number(/\d+$/.exec(nodes[0] ?? "")?.[0] ?? 0),
    nameOf: (index: number) => nodes[index] ?? `node ${index}`,
  };
  switch (workload) {
    case "g-counter":
    case "pn-counter":
      return {
        title: "Sum",
        one: "like",
        many: "likes",
        generated: "known",
        ...holds,
      };
    case "broadcast":
    case "g-set":
      return {
        title: "Elements",
        one: "element",
        many: "elements",
        generated: "known",
        ...holds,
      };
    default:
      return {
        ...holds,
        title: "Operations",
        one: "operation",
        many: "operations",
        generated: "invoked",
        held: "answered",
        heldLong: "answered",
        place: "their clients again",
        where: "their clients again",
      };
  }
}
