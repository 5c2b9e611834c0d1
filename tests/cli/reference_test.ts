import { assertEquals } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { COMMANDS } from "../../lib/cli/commands.ts";
import { Exit } from "../../lib/domain/exit_codes.ts";
import { granted } from "../permissions.ts";

const ignore = !granted({ read: ["."] });

/** The cells of each row of a section's table, without its head. */
function tableUnder(title: string): string[][] {
  const path = new URL("../../lib/cli/README.md", import.meta.url);
  const [, section = ""] = Deno.readTextFileSync(path).split(`\n## ${title}\n`);
  const [own = ""] = section.split("\n## ");
  const rows = own.split("\n").filter((line) => line.startsWith("|"));
  return rows.slice(2).map((row) =>
    row.split("|").slice(1, -1).map((cell) => cell.trim())
  );
}

function quoted(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);
}

Deno.test({
  name:
    "README.md of the command line tells of every command and exit code, and of no other",
  ignore,
  fn() {
    const commands = tableUnder("Commands").flatMap(([cell = ""]) =>
      quoted(cell).map((word) => word.split(" ")[0])
    );
    assertEquals(commands.toSorted(), Object.keys(COMMANDS).toSorted());
    const codes = tableUnder("Exit codes").map(([code]) => Number(code));
    assertEquals(codes, Object.values(Exit));
  },
});

Deno.test({
  name:
    "README.md of the command line gives the permissions that the tasks have",
  ignore,
  fn() {
    const tasks: Record<string, { command: string }> = config.tasks;
    const whole = tableUnder("Permissions").flatMap(([cell = "", flags = ""]) =>
      /^(`|none)/.test(flags) ? quoted(cell).map((task) => [task, flags]) : []
    );
    assertEquals(whole.length, 11);
    for (const [task = "", cell = ""] of whole) {
      const command = tasks[task]?.command ?? "";
      // Each task finds out where its Deno is.
      const flags = command.replace(/"\$\(.*?\)"/g, "<this Deno>")
        .match(/--allow-[a-z]+=(?:<[^>]+>|\S+)/g) ?? [];
      const told = quoted(cell).join(" ");
      assertEquals(told, flags.join(" "), `deno task ${task}`);
    }
  },
});
