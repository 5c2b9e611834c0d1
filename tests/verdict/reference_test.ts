import { assertEquals } from "@std/assert";
import { HISTORY_KINDS } from "../../lib/verdict/history.ts";
import { verdictRecord } from "../../lib/verdict/json.ts";
import { judge } from "../../lib/verdict/verdict.ts";
import { granted } from "../permissions.ts";

const README = new URL("../../lib/verdict/README.md", import.meta.url);

/** The words in code in the first column of the tables below a heading. */
function namesBelow(heading: string): string[] {
  const [, section = ""] = Deno.readTextFileSync(README).split(
    `\n${heading}\n`,
  );
  const [text = ""] = section.split("\n## ");
  return [...text.matchAll(/^\| (`[^|]*`) +\|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name)
  );
}

Deno.test({
  name:
    "README.md of the verdict tells of every field of --json, and of no other",
  ignore: !granted({ read: [README.pathname] }),
  fn() {
    const none = { mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };
    const facts = {
      ...{ delivery: "crdt", seed: 7, reports: 1, messages: 2, bytes: 3 },
      ...{ retries: 0, duplicates: 0, rejected: 0, wallSeconds: 1 },
      ...{ virtualSeconds: 1, divergence: none, stalenessSeconds: none },
      ...{ convergenceSeconds: 0, digest: "00ff", faults: [], command: "sim" },
      stopped: { afterSeconds: 1, plannedSeconds: 2 },
      countedUnknown: "the primary is gone",
      ...{ agreementSeconds: 0, apartSeconds: 0, propagationSeconds: none },
      ...{ spread: none, gossip: { messages: 2, bytes: 99, entries: 1 } },
      replicas: [{ name: "primary0", counted: 9 }],
      reads: { count: 1, unanswered: 0, seconds: none },
      sampledEverySeconds: 0.1,
      ...{ acknowledgementSeconds: none, writesUnserved: 0 },
    };
    const account = {
      ...{ name: "LikesServer0", draws: 1, generated: 9, acknowledged: 9 },
      ...{ pending: 0, discarded: 0, notRun: "it is gone", exit: 1 },
    };
    const records = [{ ...account, counted: 9 }, account].map((one) =>
      verdictRecord(judge(facts, [one]))
    );
    const keys = new Set(records.flatMap((record) => Object.keys(record)));
    assertEquals(new Set(namesBelow("## `--json`")), keys);
    const text = Deno.readTextFileSync(README);
    for (
      const name of Object.keys(judge(facts, [account]).servers?.[0] ?? {})
    ) {
      assertEquals(text.includes(`\`${name}\``), true, name);
    }
  },
});

Deno.test({
  name:
    "README.md of the verdict tells of every kind of event, and of no other",
  ignore: !granted({ read: [README.pathname] }),
  fn() {
    assertEquals(namesBelow("## The history"), [...HISTORY_KINDS]);
  },
});
