/**
 * Complaints about nodes themselves, beside what clients saw.
 *
 * @module
 */
import type { NodeComplaint } from "../../verdict/operations/verdict.ts";

/** Kinds of complaints about a node. */
export type ComplaintKind =
  | "not started"
  | "no init"
  | "no topology"
  | "died"
  | "no message"
  | "long line"
  | "no such node"
  | "another's name"
  | "wrong answer"
  | "input closed"
  | "output closed"
  | "answers nothing"
  | "flood"
  | "refused"
  | "silent";

/** Kinds that leave the run without a fault: they are told, and no more. */
const HARMLESS: ReadonlySet<ComplaintKind> = new Set([
  "no such node",
  "another's name",
  "answers nothing",
  "flood",
]);

/** A complaint about one node, however often it was made. */
export interface Complaint extends NodeComplaint {
  readonly kind: ComplaintKind;
}

/** Gathers complaints: one for each node and kind. */
export class Complaints {
  readonly #found = new Map<string, Complaint>();
  readonly #onFirst: (complaint: Complaint) => void;

  /** @param onFirst Called with the first of each node and kind. */
  constructor(onFirst: (complaint: Complaint) => void) {
    this.#onFirst = onFirst;
  }

  /**
   * Takes a complaint.
   *
   * @param node The name of the node.
   * @param kind What is wrong.
   * @param text The same in a sentence; asked for the first time only, as there
   * may be millions.
   * @param lastLines What it last printed on standard error.
   */
  add(
    node: string,
    kind: ComplaintKind,
    text: () => string,
    lastLines: () => readonly string[],
  ): void {
    const key = `${node} ${kind}`;
    const known = this.#found.get(key);
    if (known !== undefined) {
      this.#found.set(key, { ...known, count: known.count + 1 });
      return;
    }
    const isFatal = !HARMLESS.has(kind);
    const complaint = {
      node,
      kind,
      text: text(),
      count: 1,
      isFatal,
      lastLines: lastLines(),
    };
    this.#found.set(key, complaint);
    this.#onFirst(complaint);
  }

  /** All complaints, in the order in which they were first made. */
  get all(): readonly Complaint[] {
    return [...this.#found.values()];
  }
}
