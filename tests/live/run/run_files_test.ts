import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { RunFiles } from "../../../lib/live/run/run_files.ts";
import { StartError } from "../../../lib/platform/start_error.ts";
import { DEFAULT_RUN } from "../../../lib/options/run_options.ts";
import { parseEvent } from "../../../lib/verdict/history.ts";
import { granted } from "../../permissions.ts";
import { TempFolder } from "../../temp_folder.ts";

const ignore = !granted({ read: ["/tmp"], write: ["/tmp"] });

const RUN = { run: DEFAULT_RUN, command: "deno task sim --seed 7" };
const SUMS = { likesGenerated: 0, likesCounted: 0 };

async function withFolder(
  act: (folder: string) => void | Promise<void>,
): Promise<void> {
  using temp = new TempFolder();
  const folder = temp.path;
  await act(folder);
}

Deno.test({
  name:
    "RunFiles.end() leaves every event in the history, and a trace that is JSON",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const history = `${folder}/history`;
      const trace = `${folder}/trace`;
      Deno.writeTextFileSync(history, "the history of an earlier run\n");
      const events = Array.from({ length: 5_000 }, (_, i) => ({
        t: i / 10,
        kind: "draw" as const,
        server: 3,
        seq: i + 1,
        likes: i % 43,
        total: i,
      }));
      const files = RunFiles.create({ ...RUN, history, trace }, () => {});
      assertEquals(files.areWanted, true);
      for (const event of events) files.add(event, SUMS);
      assertEquals(await files.end(500), true);
      const lines = Deno.readTextFileSync(history).split("\n");
      assertEquals(lines.pop(), "");
      assertEquals(lines.map(parseEvent), events);
      const traced: { ph: string; name: string }[] = JSON.parse(
        Deno.readTextFileSync(trace),
      );
      const draws = traced.filter(({ ph, name }) =>
        ph === "i" && name === "draw"
      );
      assertEquals(draws.length, events.length);
    }),
});

Deno.test({
  name: "RunFiles leaves alone what a link in their place leads to",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      Deno.writeTextFileSync(`${folder}/precious`, "precious");
      const files = { history: `${folder}/history`, trace: `${folder}/trace` };
      for (const path of Object.values(files)) {
        Deno.linkSync(`${folder}/precious`, path);
      }
      const open = RunFiles.create({ ...RUN, ...files }, () => {});
      open.add({ t: 0, kind: "crash" }, SUMS);
      assertEquals(await open.end(1), true);
      assertEquals(Deno.readTextFileSync(`${folder}/precious`), "precious");
    }),
});

Deno.test({
  name:
    "RunFiles.create() replaces no file if another cannot be created, and says which flag names another",
  ignore,
  fn: () =>
    withFolder((folder) => {
      const history = `${folder}/history`;
      Deno.writeTextFileSync(history, "earlier");
      const missing = `${folder}/no-such-folder/file`;
      for (
        const [files, reason] of [
          [{ history: missing }, "name another file with --history"],
          [{ history, trace: missing }, "name another file with --trace"],
        ] as const
      ) {
        assertThrows(
          () => RunFiles.create({ ...RUN, ...files }, () => {}),
          StartError,
          reason,
        );
      }
      assertEquals(Deno.readTextFileSync(history), "earlier");
    }),
});

Deno.test({
  name: "RunFiles.create() leaves no file open if the second cannot be created",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const { openSync } = Deno;
      const opened: Deno.FsFile[] = [];
      Deno.openSync = (path, options) => {
        if (`${path}`.endsWith("trace") && options?.createNew) {
          throw new Deno.errors.PermissionDenied("Not here");
        }
        const file = openSync(path, options);
        if (options?.createNew) opened.push(file);
        return file;
      };
      try {
        const files = {
          history: `${folder}/history`,
          trace: `${folder}/trace`,
        };
        assertThrows(
          () => RunFiles.create({ ...RUN, ...files }, () => {}),
          StartError,
        );
      } finally {
        Deno.openSync = openSync;
      }
      await Promise.resolve();
      assertEquals(opened.length, 1);
      assertThrows(() => opened[0]!.close(), Deno.errors.BadResource);
    }),
});

Deno.test({
  name: "RunFiles.heldFor() closes the files if the run cannot be made",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const trace = `${folder}/trace`;
      const files = RunFiles.create({ ...RUN, trace }, () => {});
      assertEquals(await files.heldFor(() => 7), 7);
      const make = () => {
        throw new TypeError("x is undefined");
      };
      await assertRejects(() => files.heldFor(make), TypeError);
      // Its end is there, so it is closed: a file that is open is a leak.
      JSON.parse(Deno.readTextFileSync(trace));
    }),
});
