import { assert, assertEquals } from "@std/assert";
import { granted } from "../permissions.ts";
import { proofTable } from "./proofs.ts";

/** The table of what is proved that a README has: its head, and its rows. */
function tableIn(path: string): string[][] {
  const text = Deno.readTextFileSync(new URL(path, import.meta.url));
  const at = text.indexOf("| `deno task explore …`");
  const [table = ""] = text.slice(at).split("\n\n");
  const lines = table.split("\n").map((line) =>
    line.split("|").slice(1, -1).map((cell) => cell.trim())
  );
  return lines.toSpliced(1, 1);
}

Deno.test({
  name: "README.md of explorations tells what the program proves",
  ignore: !granted({ read: ["."] }),
  fn() {
    assertEquals(tableIn("../../lib/explore/README.md"), proofTable());
  },
});

Deno.test({
  name:
    "README.md of the project tells of proofs what that of explorations does",
  ignore: !granted({ read: ["."] }),
  fn() {
    const proved = tableIn("../../lib/explore/README.md");
    const told = tableIn("../../README.md");
    for (const [label = "", ...cells] of told) {
      const row = proved.find(([, ...others]) =>
        others.join() === cells.join()
      );
      const flags = label.match(/--[a-z-]+ [a-z0-9]+/g) ?? [];
      for (const flag of flags) assert(row?.[0]?.includes(flag), `${label}`);
      assert(row !== undefined, `${label}`);
    }
    assert(told.length >= 4, `${told.length} rows`);
  },
});
