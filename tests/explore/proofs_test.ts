import { assert, assertEquals } from "@std/assert";
import { granted } from "../permissions.ts";
import { proofTable } from "./proofs.ts";

/** Cells of more states are made anew by hand: `proofs.ts` prints the table. */
const STATES_MAX = 400_000;

Deno.test({
  name: "README.md of explorations tells what the program proves",
  ignore: !granted({ read: ["."] }),
  fn() {
    const path = new URL("../../lib/explore/README.md", import.meta.url);
    const [, section = ""] = Deno.readTextFileSync(path)
      .split("\n## Proved\n");
    const lines = section.split("\n## ")[0]!.split("\n")
      .filter((line) => line.startsWith("|"));
    const told = lines.map((line) =>
      line.split("|").slice(1, -1).map((cell) => cell.trim())
    );
    const [head, , ...rows] = told;
    let wanted = 0;
    const isWanted = (cell: string) => {
      const states = Number(cell.replaceAll(",", ""));
      if (states <= STATES_MAX) wanted++;
      return states <= STATES_MAX;
    };
    assertEquals([head, ...rows], proofTable(isWanted, rows));
    assert(wanted >= 25, `${wanted} cells`);
  },
});
