import { assert, assertEquals } from "@std/assert";
import { exists, walk } from "@std/fs";
import { COMMANDS } from "../../lib/cli/commands.ts";
import { type FlagKey, flagName, FLAGS } from "../../lib/options/flags.ts";
import { granted } from "../permissions.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const ignore = !granted({ read: ["."] });

/** Every README of the project, by its path from the top. */
async function readmes(): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const folder of ["lib", "tests"]) {
    for await (const { path } of walk(`${ROOT}${folder}`, { exts: [".md"] })) {
      texts.set(path.slice(ROOT.length), Deno.readTextFileSync(path));
    }
  }
  return texts.set("README.md", Deno.readTextFileSync(`${ROOT}README.md`));
}

/** A command line that a README shows with what it prints. */
interface Example {
  readonly words: readonly string[];
  /** The lines of the output; a line `…` stands for any number of lines. */
  readonly lines: readonly string[];
}

function examplesIn(text: string): Example[] {
  const blocks = text.matchAll(
    /^```text\n\$ deno task ([^\n]+)\n([^`]*)^```$/gm,
  );
  return [...blocks].map(([, command = "", output = ""]) => ({
    words: command.split(" "),
    lines: output.trimEnd().split("\n"),
  }));
}

async function outputOf(words: readonly string[]): Promise<string[]> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--no-check"],
      ...[`--allow-read=${ROOT}`, `${ROOT}main.ts`, ...words],
    ],
    cwd: ROOT,
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  const text = decoder.decode(stdout);
  assert(text !== "", decoder.decode(stderr));
  return text.trimEnd().split("\n").map(withoutWallTime);
}

/** Durations, which are other numbers each time. */
function withoutWallTime(line: string): string {
  return line.replace(/^(duration +)[\d.]+ s for/, "$1… for");
}

/** Whether lines are what is shown, `…` standing for any number of them. */
function matches(shown: readonly string[], lines: readonly string[]): boolean {
  const [first, ...rest] = shown;
  if (first === undefined) return lines.length === 0;
  if (first === "…") {
    return rest.length === 0 ||
      lines.some((_, i) => matches(rest, lines.slice(i)));
  }
  return first === lines[0] && matches(rest, lines.slice(1));
}

/** The likes in a verdict's table, whatever world made it. */
function likesIn(lines: readonly string[]): string[][] {
  return lines.filter((line) => /^(LikesServer\d+|total) +[\d,]+ /.test(line))
    .map((line) => line.split(/ {2,}/).slice(0, 7));
}

Deno.test({
  name: "README.md of every folder shows what its commands print",
  ignore: ignore || !granted({ run: [Deno.execPath()] }),
  async fn() {
    let count = 0;
    for (const [path, text] of await readmes()) {
      for (const { words, lines } of examplesIn(text)) {
        count++;
        const where = `${path}: deno task ${words.join(" ")}`;
        if (words[0] === "start") {
          // The same seed brings the same likes in a virtual run.
          const virtual = likesIn(await outputOf(["sim", ...words.slice(1)]));
          const shown = likesIn(lines);
          assert(shown.length > 0, where);
          for (const row of shown) {
            assert(virtual.some((other) => `${other}` === `${row}`), where);
          }
          continue;
        }
        const printed = await outputOf(words);
        if (!matches(lines.map(withoutWallTime), printed)) {
          assertEquals(lines, printed, where);
        }
      }
    }
    assert(count >= 4, `${count} examples`);
  },
});

Deno.test({
  name: "README.md has at most 260 lines",
  ignore,
  async fn() {
    const lines = (await readmes()).get("README.md")?.trimEnd().split("\n")
      .length;
    assert(lines !== undefined && lines <= 260, `${lines} lines`);
  },
});

Deno.test({
  name: "README.md links to what exists",
  ignore,
  async fn() {
    for (const [path, text] of await readmes()) {
      const folder = path.slice(0, path.lastIndexOf("/") + 1);
      for (
        const [, target = ""] of text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)
      ) {
        const file = new URL(target, `file://${ROOT}${folder}`);
        assert(await exists(file), `${path} links to ${target}`);
      }
    }
  },
});

Deno.test({
  name: "README.md of all folders names every flag that help names, no other",
  ignore,
  async fn() {
    const named = new Set(
      [...(await readmes()).values()].join("\n").match(
        /(?<=[\s`'"])--[a-z][a-z-]+/g,
      ),
    );
    const keys = Object.keys(FLAGS) as FlagKey[];
    const shown = keys.filter((key) =>
      !("hidden" in FLAGS[key] && FLAGS[key].hidden)
    );
    for (const key of shown) {
      assert(named.has(`--${flagName(key)}`), `--${flagName(key)} is missing`);
    }
    // Flags of Deno itself, of the benchmarks and of the recipes' engines.
    const others = new Set([
      "--no-prompt",
      "--help",
      "--quiet",
      "--array",
      "--only",
      "--row",
      "--long",
      "--quick",
      // Maelstrom's, beside ours.
      ...["--bin", "--node-count", "--time-limit", "--concurrency"],
      ...["--latency-dist", "--nemesis", "--log-stderr", "--availability"],
      ...["--log-net-send", "--log-net-recv", "--key-count", "--global"],
      "--nemesis-interval",
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
  async fn() {
    const { tasks } = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`));
    const run = [
      ...[...(await readmes()).values()].join("\n").matchAll(
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
