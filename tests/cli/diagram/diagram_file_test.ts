import { assertEquals, assertThrows } from "@std/assert";
import { runShrink } from "../../../lib/cli/command/shrink.ts";
import { runSim } from "../../../lib/cli/command/sim.ts";
import { writeDiagram } from "../../../lib/cli/diagram/diagram_file.ts";
import { WholeFile } from "../../../lib/cli/whole_file.ts";
import { StartError } from "../../../lib/platform/start_error.ts";
import type { Story } from "../../../lib/view/diagram/story.ts";
import { granted } from "../../permissions.ts";
import { TempFolder } from "../../temp_folder.ts";

const ignore = !granted({
  read: ["/tmp", "."],
  write: ["/tmp"],
  run: [Deno.execPath()],
});

const ROOT = new URL("../../../", import.meta.url).pathname;

/** Runs a command; gives its exit code and what it said to people. */
async function run(...args: string[]): Promise<[code: number, note: string]> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--no-check"],
      ...["--allow-read=/tmp", "--allow-write=/tmp", `${ROOT}main.ts`, ...args],
    ],
    cwd: ROOT,
    stdin: "null",
    stdout: "null",
    env: { NO_COLOR: "1" },
  }).output();
  return [code, new TextDecoder().decode(stderr)];
}

async function withFolder(
  act: (folder: string) => void | Promise<void>,
): Promise<void> {
  using temp = new TempFolder();
  const folder = temp.path;
  await act(folder);
}

const FAILING = [
  ...["--servers", "3", "--lifetime", "30s", "--seed", "7"],
  ...["--delivery", "at-most-once", "--loss", "0.1"],
];

for (
  const [name, args, exit] of [
    [runSim.name, ["sim", ...FAILING], 1],
    [runSim.name, ["sim", ...FAILING, "--check"], 1],
    [runShrink.name, ["shrink", "7", ...FAILING], 0],
  ] as const
) {
  Deno.test({
    name: `${name}() writes a diagram of a failing run: ${args[0]} ${
      args.at(-1)
    }`,
    ignore,
    fn: () =>
      withFolder(async (folder) => {
        const path = `${folder}/witness.mmd`;
        assertEquals(await run(...args, "--diagram", path), [exit, ""]);
        const text = Deno.readTextFileSync(path);
        assertEquals(
          /^%% deno task sim .*\nsequenceDiagram\n[^]*\(lost\)/.test(text),
          true,
          text,
        );
      }),
  });
}

Deno.test({
  name: "runSim() says that there is no diagram of a run that does not fail",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const path = `${folder}/witness.mmd`;
      assertEquals(
        await run("sim", "--lifetime", "5s", "--seed", "7", "--diagram", path),
        [0, "The run does not fail: no diagram is written\n"],
      );
      assertEquals([...Deno.readDirSync(folder)], []);
    }),
});

Deno.test({
  name:
    "writeDiagram() refuses a story that is too long, leaves what is there, and names --trace",
  ignore,
  fn: () =>
    withFolder((folder) => {
      const path = `${folder}/witness.mmd`;
      Deno.writeTextFileSync(path, "earlier");
      const complaints: string[] = [];
      const file = new WholeFile("diagram", path, (text) =>
        complaints.push(text));
      const message = {
        kind: "message",
        from: "a",
        to: "b",
        text: "x",
      } as const;
      const story = (messages: number): Story => ({
        participants: ["a", "b"],
        steps: Array.from({ length: messages }, () =>
          message),
      });
      assertEquals(writeDiagram(file, story(41)), false);
      assertEquals(complaints, [
        "error: Cannot draw a diagram of 41 messages: at most 40 are allowed; --trace FILE shows any number",
      ]);
      assertEquals(Deno.readTextFileSync(path), "earlier");
      assertEquals(writeDiagram(file, story(40)), true);
      assertThrows(
        () =>
          new WholeFile("diagram", `${folder}/none/file`, () => {}),
        StartError,
        "name another file with --diagram",
      );
    }),
});
