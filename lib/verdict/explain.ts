/**
 * The verdict in sentences.
 *
 * @module
 */
import type { Finding, Verdict } from "./verdict.ts";

/** Why each delivery mode counts likes twice. */
const TWICE: Readonly<Record<string, string>> = {
  "at-most-once":
    "the network repeated reports, and without a mark the primary cannot tell a repeat from a new one",
  "original":
    "the primary had counted a report whose answer did not arrive, and its likes were sent again with the next sum",
  "at-least-once":
    "a report whose answer did not arrive was sent again, or the network repeated it, and without a mark the primary cannot tell",
};
const TWICE_MARKED =
  "a mode that marks its reports must never do so, this is a defect";

/** Why each delivery mode loses likes. */
const LOST: Readonly<Record<string, string>> = {
  "at-most-once": "a report that gets no answer is forgotten",
};
const LOST_OTHERWISE =
  "they were acknowledged and the primary no longer has them, or their report was refused for good";

/**
 * Says what went wrong in a run, or that nothing did.
 *
 * @param verdict The verdict on a run.
 * @returns One or more sentences, each with its full stop: what happened, to
 *   how many likes of which servers, and why that mode does so.
 *
 * @example
 * ```ts
 * import { explain } from "./explain.ts";
 * import { judge } from "./verdict.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const verdict = judge({ delivery: "crdt", seed: 7 }, [
 *   { name: "LikesServer3", generated: 90, acknowledged: 62, counted: 62, pending: 28, crashed: true },
 * ]);
 * assertEquals(explain(verdict), [
 *   "28 likes of LikesServer3 were not delivered: it crashed and was never restarted.",
 * ]);
 * ```
 */
export function explain(verdict: Verdict): string[] {
  const { converged, generated, acknowledged, counted = 0 } = verdict;
  if (converged === undefined) {
    const missing = generated - acknowledged;
    return [
      `How many likes the primary counted is not known: ${
        verdict.countedUnknown ?? "it did not tell"
      }.`,
      missing === 0
        ? `All ${likes(generated)} generated were acknowledged.`
        : `${likes(missing)} of ${grouped(generated)} generated ${
          missing === 1 ? "was" : "were"
        } not acknowledged.`,
    ];
  }
  const sentences = verdict.findings.map((finding) => said(finding, verdict));
  if (converged && sentences.length === 0) {
    return [
      `All ${
        likes(generated)
      } generated are at the primary: nothing lost, nothing counted twice.`,
    ];
  }
  if (converged) {
    sentences.push(
      "The totals agree by chance: as many likes were counted twice as are missing.",
    );
  } else if (counted === generated) {
    sentences.push(
      "The totals agree by chance, the likes of each server do not.",
    );
  }
  return sentences;
}

/**
 * A whole number with its digits in groups of three.
 *
 * @param number The number.
 * @returns For instance `20,912`.
 *
 * @example
 * ```ts
 * import { grouped } from "./explain.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(grouped(20912), "20,912");
 * assertEquals(grouped(-912), "-912");
 * ```
 */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

function said(finding: Finding, verdict: Verdict): string {
  const { delivery } = verdict;
  const subject = `${likes(finding.likes)} of ${whose(finding)}`;
  const were = finding.likes === 1 ? "was" : "were";
  const it = finding.servers === 1 ? "it" : "they";
  switch (finding.kind) {
    case "countedTwice":
      return `${subject} ${were} counted twice: ${
        TWICE[delivery] ?? TWICE_MARKED
      }.`;
    case "lost":
      return `${subject} ${were} lost: ${LOST[delivery] ?? LOST_OTHERWISE}.`;
    case "stuck":
      return `${subject} ${
        finding.likes === 1 ? "is" : "are"
      } stuck: a sum of unanswered likes has passed 42, so it is refused for ever, and every later like with it.`;
    case "crashed":
      return `${subject} ${were} not delivered: ${it} crashed and ${
        finding.servers === 1 ? "was" : "were"
      } never restarted.`;
    case "undelivered":
      return `${subject} ${were} not delivered: no answer came until the run ended.`;
  }
}

function likes(count: number): string {
  return count === 1 ? "1 like" : `${grouped(count)} likes`;
}

/**
 * The servers of a finding: a few by name, with the likes of each where there
 * are several.
 */
function whose(finding: Finding): string {
  const { servers, examples } = finding;
  if (servers === 1) return examples[0]?.[0] ?? "1 server";
  const named = examples.map(([name, count]) => `${name} ${grouped(count)}`);
  const more = servers > named.length ? ", …" : "";
  return `${grouped(servers)} servers (${named.join(", ")}${more})`;
}
