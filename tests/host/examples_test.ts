// The examples: right ones pass under whatever they are made for, naive ones
// fail for the reason that they are naive in.

import { assertEquals } from "@std/assert";
import { outside } from "../e2e/program.ts";
import { hosted, ignore, NODES } from "./hosted.ts";

/** An example: its workload, its faults, and what is to be found. */
type Example = readonly [
  program: string,
  flags: string,
  findings: readonly string[],
];

/** Faults that a program of the kind that loses nothing stands. */
const STORM = "--loss 0.1 --duplicate 0.1 --crash n2@0.5s+0.2s --timeout 1s " +
  "--partition 0.3s..0.6s:n1--n3";
const CRASH = "--crash n2@0.5s+0.2s --timeout 1s";

const PYTHON: readonly Example[] = [
  ["broadcast.py", `--workload broadcast ${STORM}`, []],
  ["counter.py", `--workload g-counter ${STORM}`, []],
  ["counter.py", `--workload pn-counter ${STORM}`, []],
  ["set.py", "--workload g-set --loss 0.1 --duplicate 0.1 --timeout 1s", []],
  ["ids.py", `--workload unique-ids ${STORM}`, []],
  ["flood.py", "--workload broadcast", []],
  [
    "flood.py",
    "--workload broadcast --partition 0.3s..0.7s:n1--n2-3",
    ["lost"],
  ],
  ["naive_counter.py", "--workload g-counter", []],
  [
    "naive_counter.py",
    "--workload g-counter --duplicate 0.2",
    ["counted twice"],
  ],
  ["stale_counter.py", "--workload g-counter --nodes 5", ["lost"]],
  ["fresh_counter.py", "--workload g-counter --nodes 5", []],
  ["silent_set.py", "--workload g-set", ["lost"]],
  ["forgetful_ids.py", `--workload unique-ids ${CRASH}`, ["repeated"]],
  ["forgetful_counter.py", "--workload g-counter", []],
  ["forgetful_counter.py", `--workload g-counter ${CRASH}`, ["lost"]],
];

const TYPESCRIPT: readonly Example[] = [
  ["stored_counter.ts", `--workload g-counter ${STORM}`, []],
  ["stored_counter.ts", `--workload pn-counter ${STORM}`, []],
  ["set.ts", `--workload g-set ${STORM}`, []],
  ["impatient_broadcast.ts", "--workload broadcast", []],
  [
    "impatient_broadcast.ts",
    "--workload broadcast --partition 0.3s..0.7s:n1--n2-3",
    ["lost"],
  ],
  ["forgetful_counter.ts", `--workload g-counter ${CRASH}`, ["lost"]],
];

/** Runs of each moment: their nodes are processes. */
const AT_ONCE = 3;

/** Time for nodes to agree, of which right ones need little. */
const DRAIN = "4s";

const hasPython = !ignore && await outside(`
  try {
    const { success } = await new Deno.Command("python3", {
      args: ["--version"],
    }).output();
    console.log(success);
  } catch {
    console.log(false);
  }
`) === "true";

for (
  const [language, examples, isMissing] of [
    ["Python", PYTHON, !hasPython],
    ["TypeScript", TYPESCRIPT, false],
  ] as const
) {
  Deno.test({
    name: `host finds what is wrong with examples in ${language}, and no more`,
    ignore: ignore || isMissing,
    async fn() {
      const left = [...examples];
      const next = async (): Promise<void> => {
        for (let one; (one = left.shift()) !== undefined;) await check(one);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, next));
    },
  });
}

async function check([program, flags, findings]: Example): Promise<void> {
  const nodes = flags.includes("--nodes") ? [] : ["--nodes", "3"];
  const told = await hosted(
    [...flags.split(" "), ...nodes, "--lifetime", "1s", "--drain", DRAIN],
    [`${NODES}${program}`],
  );
  const found = {
    findings: told.findings.map(({ kind }) => kind),
    complaints: told.complaints.map(({ kind }) => kind),
    code: told.code,
  };
  assertEquals(
    found,
    {
      findings: [...findings],
      complaints: [],
      code: findings.length === 0 ? 0 : 1,
    },
    `${program} ${flags}\n${JSON.stringify(told.findings)}`,
  );
}

Deno.test({
  name:
    "host counts the messages of a flood of 25 nodes as graph theory does, with half of the operations reads",
  ignore: ignore || !hasPython,
  async fn() {
    // 2E - V + 1 messages a broadcast.
    const expected = { grid: 28, line: 12, tree4: 12, total: 288 };
    for (const [topology, perOperation] of Object.entries(expected)) {
      const told = await hosted(
        [
          ...["--workload", "broadcast", "--nodes", "25", "--rate", "40"],
          ...["--lifetime", "0.5s", "--drain", "0.5s", "--topology", topology],
        ],
        [`${NODES}flood.py`],
      );
      const { messages, code } = told;
      assertEquals([topology, messages.perOperation, code], [
        topology,
        perOperation,
        0,
      ]);
    }
  },
});
