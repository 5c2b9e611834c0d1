import { assertEquals, assertMatch } from "@std/assert";
import { CAN_RUN, LogFolder, outside } from "./program.ts";

/**
 * Runs `start` under a Deno of its own, whose file goes away once the first
 * likes server runs.
 *
 * @param isReplaced Whether another file takes its place, as in an upgrade.
 * @returns The exit code of the run and its output, on both streams.
 */
async function startWhileDenoGoes(
  isReplaced: boolean,
): Promise<{ code: number; text: string }> {
  using folder = new LogFolder();
  const main = new URL("../../main.ts", import.meta.url).pathname;
  const flags = [
    ...["--servers", "3", "--lifetime", "2s", "--spawn-interval", "1s"],
    ...["--interval", "0.1s..0.3s", "--log-dir", folder.path, "--drain", "2s"],
  ];
  return JSON.parse(
    await outside(`
      const deno = ${JSON.stringify(`${folder.path}/deno`)};
      Deno.copyFileSync(Deno.execPath(), deno);
      const child = new Deno.Command(deno, {
        args: [
          "run", "--no-prompt", "--quiet", "--allow-net=127.0.0.1",
          "--allow-write=/tmp", "--allow-run=" + deno,
          ...${JSON.stringify([main, "start", ...flags])},
        ],
        env: { LD_LIBRARY_PATH: "", LD_PRELOAD: "" },
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      let text = "";
      async function read(stream) {
        for await (const part of stream.pipeThrough(new TextDecoderStream())) {
          const had = /LikesServer0 .* started seq=0/.test(text);
          text += part;
          if (had || !/LikesServer0 .* started seq=0/.test(text)) continue;
          Deno.renameSync(deno, deno + ".old");
          if (${isReplaced}) Deno.copyFileSync(deno + ".old", deno);
        }
      }
      const [{ code }] = await Promise.all([
        child.status, read(child.stdout), read(child.stderr),
      ]);
      console.log(JSON.stringify({ code, text }));
    `),
  );
}

Deno.test({
  name: "start goes on where the file of Deno is replaced in mid-run",
  ignore: !CAN_RUN,
  async fn() {
    const { code, text } = await startWhileDenoGoes(true);
    assertEquals(code, 0, text);
  },
});

Deno.test({
  name:
    "start judges the likes servers that run where others can no longer be started, and exits with 1",
  ignore: !CAN_RUN,
  async fn() {
    const { code, text } = await startWhileDenoGoes(false);
    assertEquals(code, 1, text);
    assertMatch(text, /^LikesServer0 .* ended .* pending=0/m);
    assertMatch(text, /^error: LikesServer2 could not be run: /m);
    assertMatch(text, /2 of 3 likes servers could not be run/);
  },
});
