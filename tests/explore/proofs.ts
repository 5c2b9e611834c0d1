// deno-lint-ignore-file no-console
/**
 * The table of what is proved, as the README of explorations has it. Run, this
 * module prints it:
 *
 * ```sh
 * deno run tests/explore/proofs.ts
 * ```
 *
 * @module
 */

import { parseInvocation } from "../../lib/cli/invocation.ts";
import { DELIVERIES, type Delivery } from "../../lib/domain/delivery.ts";
import { Exploration } from "../../lib/explore/exploration.ts";
import { isMarked } from "../../lib/rules/delivery_traits.ts";

/** Bounds that all modes are explored within, or those with a mark. */
interface Proof {
  /** The flags, without that of the mode. */
  readonly flags: string;
  /** Whether it is about modes with a mark only. */
  readonly isMarkedOnly?: boolean;
}

/** The bounds of the table. */
const PROOFS: readonly Proof[] = [
  { flags: "" },
  { flags: "--servers 1 --draws 3 --losses 2 --copies 0" },
  { flags: "--servers 3 --draws 1 --copies 0 --reads 0" },
  {
    flags: "--replicas 2 --servers 1 --draws 2 --reads 0",
  },
  {
    flags: "--replicas 2",
  },
  {
    flags:
      "--replicas 2 --write-to any --servers 1 --draws 2 --losses 0 --reads 0",
  },
  {
    flags:
      "--replicas 2 --write-to all --write-quorum 2 --servers 1 --draws 2 --reads 0",
    isMarkedOnly: true,
  },
  {
    flags:
      "--replicas 3 --write-to all --write-quorum 2 --read-from all --read-quorum 2",
    isMarkedOnly: true,
  },
  {
    flags:
      "--replicas 3 --write-to all --write-quorum 2 --read-from any --read-quorum 2 --reads 2 --read-repair before --crashes 0",
    isMarkedOnly: true,
  },
];

/**
 * Explores within some bounds.
 *
 * @param delivery The delivery mode.
 * @param flags The other flags.
 * @returns The number of states, if everything holds in all of them.
 * @throws {Error} If something does not hold.
 */
function proved(delivery: Delivery, flags: string): number {
  const words = flags.split(" ").filter((word) => word !== "");
  const invocation = parseInvocation(
    ["explore", "--delivery", delivery, ...words],
    { program: "deno task", drawSeed: () => 0 },
  );
  if (invocation.command !== "explore") throw new Error("No exploration");
  const exploration = new Exploration(invocation.options.bounds);
  while (!exploration.advance(100_000));
  const { holds, isWhole, states, story } = exploration.result();
  if (holds && isWhole) return states;
  throw new Error(`${delivery} ${flags}: ${story?.violation}`);
}

/**
 * Makes the table.
 *
 * @returns Cells, row by row, the head first.
 */
export function proofTable(): string[][] {
  const head = ["`deno task explore …`", ...DELIVERIES.map((d) => `\`${d}\``)];
  const rows = PROOFS.map(({ flags, isMarkedOnly = false }) => [
    flags === "" ? "with no flags" : `\`${flags}\``,
    ...DELIVERIES.map((delivery) =>
      isMarkedOnly && !isMarked(delivery)
        ? ""
        : proved(delivery, flags).toLocaleString("en")
    ),
  ]);
  return [head, ...rows];
}

if (import.meta.main) {
  const [head = [], ...rows] = proofTable();
  const lines = [head, head.map(() => "---"), ...rows];
  console.log(lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n"));
}
