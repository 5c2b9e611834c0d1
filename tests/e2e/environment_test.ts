import { assertEquals, assertMatch } from "@std/assert";
import { CAN_RUN, LogFolder, outside } from "./program.ts";

/**
 * Runs `start` for a second in another environment.
 *
 * @param env Variables that are added.
 * @returns Its exit code and its output, on both streams.
 */
async function startUnder(
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; text: string }> {
  using folder = new LogFolder();
  const main = new URL("../../main.ts", import.meta.url).pathname;
  const flags = [
    ...["--servers", "2", "--lifetime", "1s", "--spawn-interval", "100ms"],
    ...["--interval", "0.1s..0.3s", "--log-dir", folder.path, "--drain", "2s"],
  ];
  return JSON.parse(
    await outside(`
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run", "--no-prompt", "--quiet", "--allow-net=127.0.0.1",
          "--allow-write=/tmp", "--allow-run=" + Deno.execPath(),
          ...${JSON.stringify([main, "start", ...flags])},
        ],
        env: ${JSON.stringify(env)},
        stdin: "null",
      }).output();
      const decoder = new TextDecoder();
      const text = decoder.decode(stdout) + decoder.decode(stderr);
      console.log(JSON.stringify({ code, text }));
    `),
  );
}

Deno.test({
  name: "start runs whatever the environment tells the system's loader",
  ignore: !CAN_RUN,
  async fn() {
    const { code, text } = await startUnder({
      LD_RUN_PATH: "/nowhere",
      LD_BIND_NOW: "1",
      LD_LIBRARY_PATH: "/nowhere",
      ld_lower: "x",
      DYLD_LIBRARY_PATH: "/nowhere",
    });
    assertEquals(code, 0, text);
  },
});

/** Debian's package `faketime`. */
const FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

async function hasFaketime(): Promise<boolean> {
  const code = `
    try {
      console.log(Deno.statSync(${JSON.stringify(FAKETIME)}).isFile);
    } catch {
      console.log(false);
    }
  `;
  return CAN_RUN && await outside(code) === "true";
}

Deno.test({
  name:
    "start takes no time of the run from the machine's clock: an hour between the parent's and its likes servers' changes nothing",
  ignore: !await hasFaketime(),
  async fn() {
    for (const FAKETIME_OFFSET of ["+1h", "-1h"]) {
      // Likes servers do not inherit LD_PRELOAD: they see the true clock.
      const { code, text } = await startUnder({
        LD_PRELOAD: FAKETIME,
        FAKETIME: FAKETIME_OFFSET,
        FAKETIME_DONT_FAKE_MONOTONIC: "1",
      });
      assertEquals(code, 0, text);
      const seconds = [...text.matchAll(/^LikesServer\d ([\d.]+) draw/gm)]
        .map((match) => Number(match[1]));
      assertMatch(text, /draw seq=3/);
      assertEquals(seconds.filter((one) => one === 0 || one > 600), []);
    }
  },
});
