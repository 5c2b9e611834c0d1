import { assert, assertEquals } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { readLines } from "../../lib/platform/bounded_lines.ts";
import { labPage } from "../../lib/view/lab_page.ts";
import { CAN_RUN, LogFolder, outside } from "./program.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

for (const signal of ["SIGINT", "SIGHUP"] as const) {
  Deno.test({
    name:
      `lab prints its link, serves the page as its task permits, and ends with ${signal}`,
    ignore: !CAN_RUN,
    async fn() {
      const task = config.tasks.lab.command;
      assertEquals(
        task,
        "deno run --no-prompt --allow-net=127.0.0.1 --allow-write=/tmp main.ts lab",
      );
      const process = new Deno.Command(Deno.execPath(), {
        args: [...task.split(" ").slice(1), "--page-port", "0"],
        cwd: ROOT,
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
        env: { LD_LIBRARY_PATH: "", LD_PRELOAD: "" },
      }).spawn();
      const link = Promise.withResolvers<string>();
      const complaints: string[] = [];
      const heard = [
        readLines(process.stdout, (line) => {
          const found = /^Laboratory: (http:\/\/127\.0\.0\.1:\d+\/)$/.exec(
            line,
          );
          link.resolve(found?.[1] ?? "");
        }),
        readLines(process.stderr, (line) => complaints.push(line)),
      ];
      const answer = await fetch(await link.promise);
      assertEquals(answer.status, 200);
      const html = await answer.text();
      assert(html.includes('data-program="deno task"'), html);
      process.kill(signal);
      const { code } = await process.status;
      await Promise.all(heard);
      assertEquals([code, complaints], [0, []]);
    },
  });
}

/**
 * Writes the laboratory as its task does, with a bound on the size of files.
 */
async function exportTo(
  path: string,
  { kilobytes = "unlimited", flags = [] as readonly string[] } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const words = config.tasks.lab.command.split(" ").slice(1);
  const options = {
    args: [
      ...["-c", `ulimit -f ${kilobytes}; trap '' XFSZ; exec "$0" "$@"`],
      ...[Deno.execPath(), ...words, "--export", path, ...flags],
    ],
    cwd: ROOT,
    stdin: "null",
  };
  return JSON.parse(
    await outside(`
      const { code, stdout, stderr } =
        await new Deno.Command("bash", ${JSON.stringify(options)}).output();
      const text = (bytes) => new TextDecoder().decode(bytes);
      console.log(JSON.stringify({ code, stdout: text(stdout), stderr: text(stderr) }));
    `),
  );
}

Deno.test({
  name:
    "lab --export writes the page that lab serves, in place of what is there once it is whole",
  ignore: !CAN_RUN || Deno.build.os !== "linux",
  async fn() {
    using folder = new LogFolder();
    const path = `${folder.path}/lab.html`;
    const isEarlier = folder.putEarlier("lab.html");
    const cut = await exportTo(path, { kilobytes: "64" });
    assertEquals([cut.code, cut.stdout], [3, ""], cut.stderr);
    assertEquals(
      cut.stderr.startsWith(`error: Cannot write the export to ${path}: `),
      true,
      cut.stderr,
    );
    assertEquals(isEarlier(), ["lab.html"]);
    assertEquals([...Deno.readDirSync(folder.path)].length, 1);
    assertEquals(await exportTo(path), {
      code: 0,
      stdout: `Laboratory: ${path}\n`,
      stderr: "",
    });
    const { html } = await labPage("deno task");
    assertEquals(Deno.readTextFileSync(path), html);
  },
});

Deno.test({
  name:
    "lab --export says where it cannot write, and refuses a port, before it writes",
  ignore: !CAN_RUN || Deno.build.os !== "linux",
  async fn() {
    using folder = new LogFolder();
    const missing = await exportTo(`${folder.path}/none/lab.html`);
    assertEquals([missing.code, missing.stderr], [
      2,
      `error: Cannot write an export to ${folder.path}/none/lab.html: its folder does not exist (name another file with --export)\n`,
    ]);
    const path = `${folder.path}/lab.html`;
    const both = await exportTo(path, { flags: ["--page-port", "0"] });
    assertEquals([both.code, both.stderr], [
      2,
      "error: Cannot use --page-port with --export: it serves nothing\n",
    ]);
    assertEquals([...Deno.readDirSync(folder.path)], []);
  },
});
