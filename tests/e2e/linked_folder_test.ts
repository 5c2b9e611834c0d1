import { assertEquals, assertMatch } from "@std/assert";
import { Child } from "../../lib/live/run/child.ts";
import {
  workerArguments,
  workerPermissions,
} from "../../lib/live/worker/options.ts";
import { workerOptions } from "../live/worker/worker_options_of.ts";
import { PrimaryProcess } from "./primary_process.ts";
import { CAN_RUN, LogFolder, outside, Program } from "./program.ts";

/** Links are made outside: that needs permission to read and write all. */
function link(target: string, path: string): Promise<string> {
  return outside(`
    Deno.symlinkSync(${JSON.stringify(target)}, ${JSON.stringify(path)});
  `);
}

Deno.test({
  name:
    "start restarts likes servers and its primary where the way to the log folder is a link",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    Deno.mkdirSync(`${folder.path}/real/logs`, { recursive: true });
    await link(`${folder.path}/real`, `${folder.path}/link`);
    await using program = new Program([
      "start",
      ...["--servers", "2", "--lifetime", "3s", "--spawn-interval", "100ms"],
      ...["--interval", "0.2s..0.5s", "--log-dir", `${folder.path}/link/logs`],
      ...["--crash", "LikesServer0@1s+200ms", "--crash", "primary@2s+200ms"],
      // Never restarted: its log is read for the verdict.
      ...["--crash", "LikesServer1@2.5s"],
    ]);
    const { stdout, stderr } = await program.ended;
    assertMatch(stdout, /^LikesServer0 .* started seq=[1-9]/m);
    assertMatch(stderr, /Resumed \d+ reports/);
    assertEquals(/Requires|cannot be read/.exec(stderr), null);
    assertMatch(stdout, /^LikesServer1 .* ended seq=[1-9]/m);
  },
});

Deno.test({
  name:
    "primary --resume goes on from its log where the folder is a link, and follows none in place of the log",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    const logs = `${folder.path}/link`;
    Deno.mkdirSync(`${folder.path}/real`);
    await link(`${folder.path}/real`, logs);
    const line = "2026-01-02T03:04:05.678Z LikesServer0 14 Total 14\n";
    Deno.writeTextFileSync(`${folder.path}/real/PrimaryLikesLog`, line);
    const permissions = [
      ...["--allow-net=127.0.0.1", `--allow-write=${logs}`],
      `--allow-read=${logs}/PrimaryLikesLog`,
    ];
    await using primary = new PrimaryProcess(
      ["--resume", "--log-dir", logs],
      permissions,
    );
    {
      using client = await primary.connect();
      assertEquals(await client.ask("READ"), "TOTAL 14");
    }
    primary.kill("SIGTERM");
    assertEquals((await primary.ended).code, 0);

    const precious = `${folder.path}/precious`;
    Deno.renameSync(`${folder.path}/real/PrimaryLikesLog`, precious);
    await link(precious, `${folder.path}/real/PrimaryLikesLog`);
    await using planted = new PrimaryProcess(
      ["--resume", "--log-dir", logs],
      permissions,
    );
    const { code, stderr } = await planted.ended;
    assertEquals(code, 2);
    assertMatch(stderr, /Cannot resume from .*: It is no regular file/);
    assertEquals(Deno.readTextFileSync(precious), line);
  },
});

Deno.test({
  name:
    "A likes server that is restarted, or only counted, follows no link in place of its log",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    const precious = `${folder.path}/precious`;
    const log = `${folder.path}/LikesServer3`;
    Deno.writeTextFileSync(precious, "LikesServer3 14\n");
    await link(precious, log);
    const resume = {
      ...{
        seq: 1,
        total: 14,
        acknowledgedSeq: 0,
        acknowledged: 0,
        attempt: 1,
        read: 0,
      },
    };
    for (const tally of [false, true]) {
      const options = workerOptions({ log, resume, tally });
      const complaints: string[] = [];
      const child = new Child({
        role: "worker",
        permissions: workerPermissions(options),
        args: workerArguments(options),
        onLine: () => {},
        onErrorLine: (text) => complaints.push(text),
      });
      assertEquals((await child.ended).code, 2);
      assertEquals(complaints, [`Cannot read ${log}: It is no regular file`]);
    }
    assertEquals(Deno.readTextFileSync(precious), "LikesServer3 14\n");
  },
});
