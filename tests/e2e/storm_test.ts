import { assert, assertEquals, assertGreater } from "@std/assert";
import { parseInvocation } from "../../lib/cli/invocation.ts";
import { Interruption } from "../../lib/platform/interruption.ts";
import { auditLogs } from "../../lib/live/storm/log_audit.ts";
import { type OutsideKiller, runStorm } from "../../lib/live/storm/storm.ts";
import {
  STORM_REPLICAS,
  STORM_SERVERS,
  stormWords,
} from "../../lib/live/storm/storm_plan.ts";
import { CAN_RUN, killProcess, LogFolder, Program } from "./program.ts";

/**
 * Lets one storm pass, and fails with everything that is needed to see it
 * again.
 */
async function pass(
  seed: number,
  delivery: string,
  replicas: number,
  killer?: OutsideKiller,
  hasQuorums = false,
): Promise<number> {
  using folder = new LogFolder();
  using interruption = new Interruption();
  const words = stormWords({
    seed,
    lifetimeMs: 4_000,
    isPlanned: killer === undefined,
    replicas,
    hasQuorums,
  });
  words[words.indexOf("--delivery") + 1] = delivery;
  const invocation = parseInvocation(
    ["start", ...words, "--port", "0", "--log-dir", folder.path],
    { program: "deno task", drawSeed: () => seed },
  );
  assert(invocation.command === "start");
  const printed: string[] = [];
  const { verdict, kills, failures } = await runStorm({
    options: invocation.options,
    ...killer !== undefined && { killer },
    interruption,
    onLine: (line) => printed.push(line),
  });
  assertEquals(
    failures,
    [],
    `${invocation.options.command}\n${printed.join("\n")}`,
  );
  assertGreater(verdict.generated, 0);
  return kills;
}

for (
  const [delivery, replicas] of [
    ["crdt", 1],
    ["dedup", 1],
    ["crdt", STORM_REPLICAS],
    ["dedup", STORM_REPLICAS],
  ] as const
) {
  const primaries = replicas === 1 ? "" : `, ${replicas} replicas`;
  Deno.test({
    name:
      `runStorm() ends CONVERGED when every process is killed, with loss, repeats and a partition: ${delivery}${primaries}`,
    ignore: !CAN_RUN,
    async fn() {
      // Each process is killed at least twice; one that is told to come back
      // late may miss its second.
      assertGreater(await pass(7, delivery, replicas), STORM_SERVERS);
    },
  });

  Deno.test({
    name:
      `runStorm() ends CONVERGED when somebody else kills at any moment: ${delivery}${primaries}`,
    ignore: !CAN_RUN,
    async fn() {
      let next = 0;
      const kills = await pass(8, delivery, replicas, {
        kills: 12,
        everyMs: 150,
        choose: () => next++ % (STORM_SERVERS + replicas) - replicas,
      });
      assertGreater(kills, 0);
    },
  });
}

Deno.test({
  name:
    "runStorm() reads only what is fresh with quorums that overlap, when every process is killed: crdt",
  ignore: !CAN_RUN,
  async fn() {
    await pass(10, "crdt", STORM_REPLICAS, undefined, true);
  },
});

Deno.test({
  name:
    "runStorm() reads only what is fresh with quorums that overlap, when somebody else kills at any moment: dedup",
  ignore: !CAN_RUN,
  async fn() {
    let next = 0;
    await pass(11, "dedup", STORM_REPLICAS, {
      kills: 12,
      everyMs: 150,
      choose: () => next++ % (STORM_SERVERS + STORM_REPLICAS) - 3,
    }, true);
  },
});

Deno.test({
  name:
    "runStart() survives a killer that knows nothing of it but its processes",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using program = new Program([
      ...["start", "--json", "--port", "0", "--servers", "3"],
      ...["--lifetime", "6s", "--spawn-interval", "20ms", "--interval"],
      ...["20ms..100ms", "--loss", "0.1", "--duplicate", "0.1"],
      ...["--ack-timeout", "300ms", "--log-dir", folder.path],
    ]);
    await program.line(/^LikesServer2 .* ACK /);
    for (let kill = 1; kill <= 2; kill++) {
      const [, primary] = await program.line(
        /^PrimaryLikesServer started pid (\d+)$/,
        kill,
      );
      await killProcess(Number(primary), "SIGKILL");
      for (let id = 0; id < 3; id++) {
        await program.line(
          new RegExp(`^LikesServer${id} .* (?:draw|report) `),
          20 * kill,
        );
        const pid = folder.pids(`LikesServer${id}`).at(-1);
        assert(pid !== undefined);
        await killProcess(pid, "SIGKILL");
      }
      await program.line(/^PrimaryLikesServer listening /, kill + 1);
    }
    const { code, stdout, stderr } = await program.ended;
    assertEquals(code, 0, stderr);
    const read = (name: string) =>
      Deno.readTextFileSync(`${folder.path}/${name}`);
    assertEquals(auditLogs(JSON.parse(stdout), { read }), []);
    assertEquals(folder.pids().length, 3 + 2 * 3);
  },
});

Deno.test({
  name: "runStorms() tells each seed and what reproduces it",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using program = new Program([
      ...["storm", "--minutes", "1", "--seed", "3", "--log-dir", folder.path],
    ], ["--allow-read=/tmp"]);
    await program.line(/^seed 3 (?:crdt|dedup): CONVERGED, /);
    await program.line(/^ {4}deno task start --servers 4 .* --seed 3( |$)/);
    program.kill("SIGINT");
    const { code, stdout } = await program.ended;
    assertEquals(code, 130);
    assert(/1 run, \d+ kills?, [\d,]+ likes: all well\n$/.test(stdout), stdout);
    assertEquals([...Deno.readDirSync(folder.path)], []);
  },
});
