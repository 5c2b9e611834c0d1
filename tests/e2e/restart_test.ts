import {
  assert,
  assertEquals,
  assertGreater,
  assertStringIncludes,
} from "@std/assert";
import { DELIVERIES } from "../../lib/domain/delivery.ts";
import { CAN_RUN, killProcess, LogFolder, Program } from "./program.ts";

const RUN = [
  "start",
  "--json",
  "--port",
  "0",
  "--servers",
  "3",
  "--spawn-interval",
  "20ms",
  "--interval",
  "50ms..200ms",
  "--lifetime",
];

function lastPid(folder: LogFolder, name: string): number {
  const pid = folder.pids(name).at(-1);
  assert(pid !== undefined);
  return pid;
}

for (const delivery of DELIVERIES) {
  Deno.test({
    name:
      `runStart() restarts a likes server that was killed, and nothing of its log is forgotten: ${delivery}`,
    ignore: !CAN_RUN,
    async fn() {
      using folder = new LogFolder();
      await using program = new Program([
        ...RUN,
        "3s",
        "--delivery",
        delivery,
        "--log-dir",
        folder.path,
      ]);
      await program.line(/^LikesServer1 .* ACK /, 2);
      await killProcess(lastPid(folder, "LikesServer1"), "SIGKILL");
      await program.line(/^LikesServer1 .* started /, 2);
      const { stdout, stderr } = await program.ended;
      const verdict = JSON.parse(stdout);
      // Only the exact modes promise more than that nothing disappears unseen.
      if (delivery === "crdt" || delivery === "dedup") {
        assert(verdict.converged, stderr);
      }
      const [, killed] = verdict.servers;
      assertEquals(killed.generated, folder.likesOf("LikesServer1"));
      assertEquals(
        killed.exit,
        killed.acknowledged === killed.generated ? 0 : 3,
      );
      const status = folder.lines("ParentProcessStatus")
        .filter((line) => line.includes(" LikesServer1 "));
      assertEquals(status.length, 4);
      const sessions = status.map((line) => / session (\w+)/.exec(line)?.[1]);
      assertEquals(sessions[0], sessions[2]);
      assert(/ ended pid \d+ signal SIGKILL$/.test(status[1] ?? ""));
    },
  });
}

Deno.test({
  name:
    "runStart() delivers the likes of a server that is killed again and again",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using program = new Program([
      ...RUN,
      "4s",
      "--delivery",
      "dedup",
      "--log-dir",
      folder.path,
    ]);
    for (let kill = 1; kill <= 3; kill++) {
      await program.line(/^LikesServer2 .* (?:started|draw) /, 3 * kill);
      await killProcess(lastPid(folder, "LikesServer2"), "SIGKILL");
    }
    const { code, stdout, stderr } = await program.ended;
    assertEquals(code, 0, stderr);
    assertEquals(
      JSON.parse(stdout).servers[2].counted,
      folder.likesOf("LikesServer2"),
    );
    assertEquals(folder.pids("LikesServer2").length, 4);
  },
});

Deno.test({
  name:
    "runStart() leaves a likes server dead with --no-restart, and counts what its log holds",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using program = new Program([
      ...RUN,
      "1.5s",
      "--no-restart",
      "--log-dir",
      folder.path,
    ]);
    await program.line(/^LikesServer0 .* ACK /, 2);
    await killProcess(lastPid(folder, "LikesServer0"), "SIGKILL");
    const { stdout } = await program.ended;
    const [dead] = JSON.parse(stdout).servers;
    assertEquals(dead.exit, 137);
    assertEquals(dead.generated, folder.likesOf("LikesServer0"));
    assertEquals(dead.generated, dead.counted + dead.lost + dead.undelivered);
    assertEquals(folder.pids("LikesServer0").length, 1);
  },
});

for (
  const [signal, how] of [
    ["SIGKILL", "by SIGKILL"],
    // This one a primary obeys: it answers what it has read and exits 0.
    ["SIGTERM", "as somebody else told it to"],
  ] as const
) {
  Deno.test({
    name:
      `runStart() restarts a primary that somebody else has ended, which goes on from its log: ${signal}`,
    ignore: !CAN_RUN,
    async fn() {
      using folder = new LogFolder();
      await using program = new Program([
        ...RUN,
        "4s",
        "--log-dir",
        folder.path,
      ]);
      await program.line(/^LikesServer1 .* ACK /, 3);
      const [, primary] = await program.line(
        /^PrimaryLikesServer started pid (\d+)$/,
      );
      await killProcess(Number(primary), signal);
      await program.line(/^PrimaryLikesServer listening /, 2);
      const { code, stdout, stderr } = await program.ended;
      assertEquals(code, 0, stderr);
      assertStringIncludes(
        stderr,
        `The primary ended ${how} and is started again\n`,
      );
      const verdict = JSON.parse(stdout);
      assert(verdict.converged);
      assertGreater(verdict.retries, 0);
    },
  });
}
