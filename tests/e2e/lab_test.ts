import { assert, assertEquals } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { readLines } from "../../lib/platform/lines.ts";
import { CAN_RUN } from "./program.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

for (const signal of ["SIGINT", "SIGHUP"] as const) {
  Deno.test({
    name:
      `lab prints its link, serves the page with no permission but loopback, and ends with ${signal}`,
    ignore: !CAN_RUN,
    async fn() {
      const task = config.tasks.lab.command;
      assertEquals(
        task,
        "deno run --no-prompt --allow-net=127.0.0.1 main.ts lab",
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
