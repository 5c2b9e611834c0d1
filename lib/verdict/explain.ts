/**
 * The verdict in sentences.
 *
 * @module
 */
import type { Finding } from "./findings.ts";
import type { ServerVerdict, Verdict } from "./verdict.ts";

const TWICE_REPEATED = "or the network repeated it, and without a mark the " +
  "primary cannot tell a repeat from a new one";

/** Reasons for likes counted twice, by delivery mode. */
const TWICE: Readonly<Record<string, string>> = {
  "at-most-once":
    "the network repeated a report, and without a mark the primary cannot tell a repeat from a new one",
  "original":
    `the likes of a report whose answer did not arrive were sent again with the next sum, ${TWICE_REPEATED}`,
  "at-least-once":
    `a report whose answer did not arrive was sent again, ${TWICE_REPEATED}`,
};
/** Causes of likes counted twice where several replicas counted them. */
const TWICE_AT_SEVERAL = "a report whose answer did not arrive was sent " +
  "again, to the same replica or another, or the network repeated it, and " +
  "without a mark replicas cannot tell a repeat from a new one";
const TWICE_MARKED =
  "a mode that marks its reports never does so, unless somebody else reports in its name or the program has a defect";

/**
 * Reasons of a likes server to give up, by delivery mode, where no refusal is
 * known; the other modes give up only what the primary refuses for good.
 */
const GIVEN_UP: Readonly<Record<string, string>> = {
  "at-most-once":
    "a report that gets no answer, or whose likes server is killed, is not sent again",
};
const GIVEN_UP_OTHERWISE = "their report was refused for good";

/** Servers that a sentence names. */
const NAMED_MAX = 3;

/**
 * Explains a verdict: what went wrong in the run, or that nothing did.
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
 *   { name: "LikesServer3", draws: 6, generated: 90, acknowledged: 62, counted: 62, pending: 28, crashed: true },
 * ]);
 * assertEquals(explain(verdict), [
 *   "28 likes of LikesServer3 were not delivered: it was killed and not started again.",
 * ]);
 * ```
 */
export function explain(verdict: Verdict): string[] {
  const { converged, generated, acknowledged, counted = 0 } = verdict;
  const gaps = explainGaps(verdict);
  if (converged === undefined) {
    const missing = generated - acknowledged;
    return [
      ...gaps,
      `How many likes the primary counted is not known: ${
        verdict.countedUnknown ?? "it did not tell"
      }.`,
      missing === 0
        ? `${allOf(generated)} ${
          generated === 1 ? "was" : "were"
        } acknowledged.`
        : `${likes(missing)} of ${grouped(generated)} generated ${
          missing === 1 ? "was" : "were"
        } not acknowledged.`,
    ];
  }
  const findings = verdict.findings.map((finding) =>
    sentenceOn(finding, verdict)
  );
  const sentences = [...gaps, ...findings, ...explainDifference(verdict)];
  const { replicas = [], areReplicasDifferent } = verdict;
  if (areReplicasDifferent) return sentences;
  if (findings.length === 0) {
    const all = `${allOf(generated)} ${generated === 1 ? "is" : "are"} at ${
      replicas.length > 1 ? "every replica that lives" : "the primary"
    }`;
    if (gaps.length === 0) {
      sentences.push(`${all}: nothing lost, nothing counted twice.`);
    } else if (generated > 0) sentences.push(`${all}.`);
  } else if (converged) {
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

/** Says how replicas differ at the end, if they do. */
function explainDifference(verdict: Verdict): string[] {
  const { replicas = [], areReplicasDifferent } = verdict;
  if (!areReplicasDifferent) return [];
  const sorted = replicas.filter(({ dead }) => !dead)
    .sort((a, b) => a.counted - b.counted);
  const least = sorted[0];
  const most = sorted.at(-1);
  if (least?.counted === most?.counted) {
    return [
      "The replicas do not agree: their totals do by chance, the likes of each server do not.",
    ];
  }
  return [
    `The replicas do not agree: ${least?.name} counted ${
      likes(least?.counted ?? 0)
    }, ${most?.name} ${grouped(most?.counted ?? 0)}.`,
  ];
}

/**
 * Explains why nothing can be concluded from a run: what of it did not take
 * place.
 *
 * @param verdict The verdict on a run.
 * @returns Sentences on likes servers that could not be run, draws that were
 *   discarded and draws that were never made, readers that read no more; none
 *   of a complete run.
 *
 * @example
 * ```ts
 * import { explainGaps } from "./explain.ts";
 * import { judge } from "./verdict.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(explainGaps(judge({ delivery: "crdt", seed: 7 }, [])), [
 *   "No draw was made: whether the primary would agree is not known.",
 * ]);
 * ```
 */
export function explainGaps(verdict: Partial<Verdict>): string[] {
  const { draws, discarded = 0, discardReason, serversNotRun = 0 } = verdict;
  const { servers = [] } = verdict;
  const sentences: string[] = [];
  if (serversNotRun > 0) {
    const absent = servers.filter((one) => one.notRun !== undefined);
    sentences.push(
      `${grouped(serversNotRun)} of ${
        plural(servers.length, "likes server", "likes servers")
      } could not be run (${
        reasonsOf(absent)
      }); the verdict is on what did run.`,
    );
  }
  if (discarded > 0) {
    sentences.push(
      `${plural(discarded, "draw was", "draws were")} discarded${
        ofServers(servers)
      }: ${discarded === 1 ? "it" : "they"} could not be logged${
        discardReason === undefined ? "" : ` (${discardReason})`
      }.`,
    );
  }
  const gone = verdict.reads?.gone ?? [];
  if (gone.length > 0) {
    const [were, read] = gone.length === 1 ? ["was", "it"] : ["were", "they"];
    sentences.push(
      `${
        gone.join(", ")
      } ${were} killed, or could not be run: ${read} read no more.`,
    );
  }
  if (draws === 0) {
    sentences.push(
      `No draw was made${
        discarded > 0 ? " that could be logged" : ""
      }: whether the primary would agree is not known.`,
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

function sentenceOn(finding: Finding, verdict: Verdict): string {
  const { delivery } = verdict;
  const { cause } = finding;
  const hasReplicas = (verdict.replicas ?? []).length > 1;
  const subject = `${likes(finding.likes)} of ${whose(finding)}`;
  const [were, are, they, them] = finding.likes === 1
    ? ["was", "is", "it", "it"]
    : ["were", "are", "they", "them"];
  switch (finding.kind) {
    case "countedTwice": {
      // Beyond a few, places are not told apart: see `Findings.add()`.
      const isRest = verdict.findings.some((other) =>
        other.kind === finding.kind && other.cause !== undefined
      );
      const at = cause ?? (isRest ? "these or other replicas" : undefined);
      const isAtSeveral = cause?.includes(" and ") ?? hasReplicas;
      return `${subject} ${were} counted twice${
        at === undefined ? "" : `, at ${at}`
      }: ${
        isAtSeveral && delivery in TWICE && delivery !== "at-most-once"
          ? TWICE_AT_SEVERAL
          : TWICE[delivery] ?? TWICE_MARKED
      }.`;
    }
    case "forgotten":
      return `${subject} ${were} lost: ${they} had been acknowledged, and ${
        cause === undefined
          ? `${
            hasReplicas
              ? "no replica that lives has"
              : "the primary does not have"
          } ${them}`
          : `only ${cause} had ${them}`
      }.`;
    case "lost":
      return `${subject} ${were} lost: ${
        cause === undefined
          ? GIVEN_UP[delivery] ?? GIVEN_UP_OTHERWISE
          : `the primary refused a report for good with NAK ${cause}`
      }.`;
    case "stuck":
      return `${subject} ${are} stuck: a sum of unanswered likes has passed 42, so it is refused for ever, and every later like with it.`;
    case "crashed":
      return `${subject} ${were} not delivered: ${
        finding.servers === 1 ? "it was" : "they were"
      } killed and not started again.`;
    case "undelivered":
      return `${subject} ${were} not delivered: ${
        cause ?? "the run ended before an acknowledgement came"
      }.`;
  }
}

/**
 * The first three of some words, and a sign where there are more.
 *
 * @param words The words.
 * @param separator What stands between two.
 * @returns Such as `n1, n2, n3, …`.
 */
export function listed(words: readonly string[], separator = ", "): string {
  const more = words.length > NAMED_MAX ? ", …" : "";
  return words.slice(0, NAMED_MAX).join(separator) + more;
}

/** All likes of a run, as a subject. */
function allOf(generated: number): string {
  return generated === 1
    ? "The only like generated"
    : `All ${likes(generated)} generated`;
}

function likes(count: number): string {
  return plural(count, "like", "likes");
}

function plural(count: number, one: string, many: string): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** A few servers by name and why each could not be run, a reason told once. */
function reasonsOf(absent: readonly ServerVerdict[]): string {
  const [first] = absent;
  return absent.slice(0, NAMED_MAX)
      .every(({ notRun }) => notRun === first?.notRun)
    ? `${listed(absent.map(({ name }) => name))}: ${first?.notRun}`
    : listed(absent.map(({ name, notRun }) => `${name}: ${notRun}`), "; ");
}

/** The servers that discarded draws, where they are few. */
function ofServers(servers: readonly ServerVerdict[]): string {
  const names = servers.filter(({ discarded = 0 }) => discarded > 0)
    .map(({ name }) => name);
  return names.length === 0 || names.length > NAMED_MAX
    ? ""
    : ` by ${names.join(", ")}`;
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
