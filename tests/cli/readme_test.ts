import { assert, assertEquals } from "@std/assert";
import { COMMANDS } from "../../lib/cli/commands.ts";
import { type FlagKey, flagName, FLAGS } from "../../lib/options/flags.ts";
import { granted } from "../permissions.ts";

const ignore = !granted({ read: ["."] });

function read(path: string): string {
  return Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));
}

Deno.test({
  name: "README.md names every flag that help names, and no other",
  ignore,
  fn() {
    const named = new Set(
      read("README.md").match(/(?<=[\s`'"])--[a-z][a-z-]+/g),
    );
    const keys = Object.keys(FLAGS) as FlagKey[];
    const shown = keys.filter((key) =>
      !("hidden" in FLAGS[key] && FLAGS[key].hidden)
    );
    for (const key of shown) {
      assert(named.has(`--${flagName(key)}`), `--${flagName(key)} is missing`);
    }
    // Those of Deno itself.
    const others = new Set([
      "--no-prompt",
      "--help",
      "--only",
      "--long",
      "--quick",
    ]);
    const known = new Set(keys.map((key) => `--${flagName(key)}`));
    for (const flag of named) {
      const isKnown = known.has(flag) || others.has(flag) ||
        flag.startsWith("--allow-");
      assert(isKnown, `${flag} does not exist`);
    }
  },
});

Deno.test({
  name: "README.md runs tasks that exist, and tells of every command",
  ignore,
  fn() {
    const { tasks } = JSON.parse(read("deno.json"));
    const run = [
      ...read("README.md").matchAll(
        /\bdeno(?:@\d[.\d]*)? task ([a-z]+(?::[a-z]+)?)/g,
      ),
    ]
      .map(([, name]) => name);
    assertEquals(run.filter((name) => !(name as string in tasks)), []);
    for (const command of Object.keys(COMMANDS)) {
      assert(run.includes(command), `deno task ${command} is not told of`);
    }
  },
});
