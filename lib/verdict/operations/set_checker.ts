/**
 * Sets and broadcasts: what became of each element.
 *
 * @module
 */

import { secondsFromTicks } from "../../domain/ticks.ts";
import { grouped, listed } from "../explain.ts";
import {
  byNode,
  type CheckResult,
  findingOf,
  type LostElement,
  NOBODY_READ,
  type Operation,
  type OperationChecker,
} from "./operation.ts";
import { quantilesOf } from "./quantiles.ts";

/** One element, from its write to the last read. */
interface Element {
  readonly value: number;
  /** The outcome of its write; undefined: it is not over. */
  outcome: Operation["outcome"] | undefined;
  /**
   * The tick from which on it is known to be there: it was acknowledged, or a
   * read has shown it. Infinite while that is not so.
   */
  knownTick: number;
  /** The latest start of a read that lacks it although it was known by then. */
  absentTick: number;
  /** Whether a read has shown it. */
  wasRead: boolean;
  /** The most often that one read has shown it. */
  timesMax: number;
  /** The number of the read that showed it last, and how often. */
  stamp: number;
  times: number;
  /**
   * The nodes whose last read lacks it, which is no loss unless it is known.
   */
  missingAt: string[];
}

/**
 * Checks sets whose elements are whole numbers, each written once.
 *
 * The definitions are those of Jepsen's checker `set-full` (`jepsen.checker`),
 * but that an element counts as lost if the last read of any node lacks it: a
 * node that never catches up is not excused by others that have.
 */
export class SetChecker implements OperationChecker {
  readonly #elements = new Map<number, Element>();
  /** Elements that are known to be there. */
  readonly #known: Element[] = [];
  /** Values that reads have shown although nobody wrote them. */
  readonly #invented = new Set<string>();
  #reads = 0;
  #lastReads = 0;

  /** @inheritdoc */
  add(operation: Operation): void {
    if (!operation.isRead) this.#addWrite(operation);
    else if (operation.outcome === "ok") this.#addRead(operation);
  }

  /**
   * An element is about to be written: a read may show it before its write is
   * over.
   *
   * @param value The element.
   */
  invoked(value: number): void {
    this.#elements.set(value, {
      value,
      outcome: undefined,
      knownTick: Infinity,
      absentTick: -Infinity,
      wasRead: false,
      timesMax: 0,
      stamp: 0,
      times: 0,
      missingAt: [],
    });
  }

  #addWrite({ value, outcome, completedTick }: Operation): void {
    const element = this.#elements.get(value as number);
    if (element === undefined) return;
    element.outcome = outcome;
    if (outcome === "ok") this.#know(element, completedTick);
  }

  #know(element: Element, tick: number): void {
    if (element.knownTick !== Infinity) return;
    element.knownTick = tick;
    this.#known.push(element);
  }

  #addRead(operation: Operation): void {
    const { result, invokedTick, completedTick, node, phase } = operation;
    const stamp = ++this.#reads;
    for (const value of result as readonly unknown[]) {
      const element = typeof value === "number"
        ? this.#elements.get(value)
        : undefined;
      if (element === undefined) {
        if (this.#invented.size < 1000) {
          this.#invented.add(JSON.stringify(value));
        }
        continue;
      }
      element.times = element.stamp === stamp ? element.times + 1 : 1;
      element.stamp = stamp;
      element.timesMax = Math.max(element.timesMax, element.times);
      element.wasRead = true;
      this.#know(element, completedTick);
    }
    for (const element of this.#known) {
      if (element.stamp === stamp || element.knownTick > invokedTick) continue;
      element.absentTick = Math.max(element.absentTick, invokedTick);
    }
    if (phase !== "last") return;
    this.#lastReads++;
    // Another node may show for the first time what this one lacks.
    for (const element of this.#elements.values()) {
      if (element.stamp !== stamp) element.missingAt.push(node);
    }
  }

  /** @inheritdoc */
  check(): CheckResult {
    const elements = [...this.#elements.values()];
    const counts = { ok: 0, fail: 0, info: 0 };
    for (const { outcome } of elements) counts[outcome ?? "info"]++;
    const lost = elements.filter(({ missingAt, knownTick }) =>
      missingAt.length > 0 && knownTick < Infinity
    );
    const kept = this.#known.filter(({ missingAt }) => missingAt.length === 0);
    const neverRead = elements.filter(({ outcome, wasRead }) =>
      outcome === "ok" && !wasRead
    );
    const stale = kept.filter(({ absentTick }) => absentTick > -Infinity);
    const repeated = elements.filter(({ timesMax }) => timesMax > 1);
    const refused = elements.filter(({ outcome, wasRead }) =>
      outcome === "fail" && wasRead
    );
    const visibleSeconds = quantilesOf(
      kept.map(({ absentTick, knownTick }) =>
        secondsFromTicks(Math.max(0, absentTick - knownTick))
      ),
    );
    const invented = [...this.#invented];
    const findings = [
      ...elements.length > 0 && this.#lastReads === 0 ? [NOBODY_READ] : [],
      ...findingOf(lost, "lost", lostText(lost, neverRead.length)),
      ...findingOf(
        refused,
        "refused, but there",
        `${some(refused, "was", "were")} shown although ${
          refused.length === 1 ? "its write" : "their writes"
        } had been refused for good`,
      ),
      ...findingOf(
        invented,
        "invented",
        `${grouped(invented.length)} ${
          invented.length === 1 ? "value was" : "values were"
        } shown that nobody had written, such as ${invented[0]}`,
      ),
      ...findingOf(
        repeated,
        "repeated",
        `${some(repeated, "was", "were")} shown more than once by one read`,
      ),
    ];
    const [first] = lost;
    return {
      findings,
      praise: `All ${
        grouped(this.#known.length)
      } elements are at every node: none lost, none repeated`,
      settledTick: this.#known.reduce(
        (latest, { absentTick }) => Math.max(latest, absentTick),
        -Infinity,
      ),
      measures: {
        elements: {
          attempted: elements.length,
          acknowledged: counts.ok,
          failed: counts.fail,
          indefinite: counts.info,
          read: elements.filter(({ wasRead }) => wasRead).length,
          lost: lost.length,
          neverRead: neverRead.length,
          stale: stale.length,
          repeated: repeated.length,
          unexpected: refused.length + invented.length,
          ...visibleSeconds !== null && { visibleSeconds },
          ...lost.length > 0 &&
            { lostElements: lost.slice(0, 100).map(lostOf) },
        },
      },
      ...first !== undefined && { lostElement: lostOf(first) },
    };
  }
}

function lostOf({ value, missingAt }: Element): LostElement {
  return { value, missingAt: missingAt.toSorted(byNode) };
}

function lostText(lost: readonly Element[], neverRead: number): string {
  const places = new Map<string, number>();
  for (const node of lost.flatMap(({ missingAt }) => missingAt)) {
    places.set(node, (places.get(node) ?? 0) + 1);
  }
  const named = [...places].sort(([one], [other]) => byNode(one, other))
    .map(([node, count]) => `${grouped(count)} at ${node}`);
  const missing = `${some(lost, "is", "are")} lost: missing ${listed(named)}`;
  if (neverRead === 0) return missing;
  const elements = neverRead === 1 ? "element was" : "elements were";
  return `${missing}; ${
    grouped(neverRead)
  } acknowledged ${elements} never read at all`;
}

/** Elements, their number and a few of them; and a verb that goes with it. */
function some(elements: readonly Element[], one: string, many: string): string {
  const values = listed(elements.map(({ value }) => `${value}`));
  const [noun, verb] = elements.length === 1
    ? ["element", one]
    : ["elements", many];
  return `${grouped(elements.length)} ${noun} (${values}) ${verb}`;
}
