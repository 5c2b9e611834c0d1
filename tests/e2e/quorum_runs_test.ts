// Likes servers that report to three real replicas at once, readers that ask
// several, and repairs.

import {
  assert,
  assertEquals,
  assertGreater,
  assertStringIncludes,
} from "@std/assert";
import type { Verdict } from "../../lib/verdict/verdict.ts";
import { CAN_RUN, LogFolder, Program } from "./program.ts";

const THREE = [
  ...["start", "--json", "--port", "0", "--replicas", "3", "--servers", "4"],
  ...["--spawn-interval", "20ms", "--seed", "7", "--lifetime", "3s"],
  ...["--interval", "50ms..200ms", "--write-to", "all"],
  ...["--readers", "2", "--read-interval", "20ms..60ms"],
];

async function verdictOf(
  words: readonly string[],
  use: (folder: LogFolder) => void = () => {},
): Promise<Verdict> {
  using folder = new LogFolder();
  await using program = new Program([
    ...THREE,
    ...words,
    ...["--log-dir", folder.path],
  ]);
  const { stdout, stderr } = await program.ended;
  assert(stdout !== "", stderr);
  use(folder);
  return JSON.parse(stdout);
}

function mergedLines(folder: LogFolder): number {
  return [0, 1, 2].reduce(
    (sum, number) =>
      sum + folder.lines(`PrimaryLikesLog${number}`)
        .filter((line) => line.includes(" MERGED ")).length,
    0,
  );
}

/** Every draw is at every replica, and acknowledged. */
function assertDelivered(verdict: Verdict): void {
  const { generated, acknowledged, converged, replicas = [] } = verdict;
  assertGreater(generated, 0);
  assertEquals([converged, acknowledged], [true, generated]);
  assertEquals(
    replicas.map(({ counted }) => counted),
    [generated, generated, generated],
  );
}

for (
  const [delivery, words] of [
    ["crdt", ["--write-quorum", "2", "--read-from", "all"]],
    ["dedup", ["--write-quorum", "2", "--read-from", "any"]],
  ] as const
) {
  Deno.test({
    name:
      `runStart() serves fresh reads only with R + W > N, while a replica fails: ${delivery} ${
        words.join(" ")
      }`,
    ignore: !CAN_RUN,
    async fn() {
      const verdict = await verdictOf([
        ...words,
        ...["--read-quorum", "2", "--read-after", "0ms"],
        ...["--latency", "exp:5ms", "--delivery", delivery],
        ...["--crash", "primary1@1s+500ms", "--ack-timeout", "300ms"],
      ]);
      assertDelivered(verdict);
      const { reads } = verdict;
      assertEquals([reads?.fresh, reads?.ownMissed], [1, 0]);
      assertGreater(reads?.ownReads ?? 0, 20);
      assertGreater(reads?.count ?? 0, 50);
      if (words[3] === "all") assertEquals(reads?.unanswered, 0);
    },
  });
}

Deno.test({
  name: "runStart() serves stale reads with R + W <= N, also to likes servers",
  ignore: !CAN_RUN,
  async fn() {
    const verdict = await verdictOf([
      ...["--read-from", "any", "--read-after", "0ms"],
      ...["--latency", "exp:20ms"],
    ]);
    assertDelivered(verdict);
    const { reads } = verdict;
    assertGreater(reads?.ownMissed ?? 0, 0);
    assert((reads?.fresh ?? 1) < 1);
  },
});

Deno.test({
  name: "runStart() lets readers repair a replica that was cut off",
  ignore: !CAN_RUN,
  async fn() {
    // primary2 hears nothing from likes servers until the last second; readers
    // reach it.
    for (const repair of ["off", "after", "before"]) {
      const verdict = await verdictOf([
        ...["--write-quorum", "2", "--read-from", "all", "--read-quorum", "2"],
        ...["--partition", "0s..2500ms:LikesServer0-3->primary2"],
        ...["--latency", "2ms", "--ack-timeout", "1s"],
        ...["--read-repair", repair],
      ], (folder) => {
        const merged = mergedLines(folder);
        if (repair === "off") assertEquals(merged, 0);
        else assertGreater(merged, 20, repair);
      });
      assertDelivered(verdict);
      assertEquals(verdict.reads?.fresh, 1);
      assertEquals(verdict.reads?.unanswered, 0);
    }
  },
});

Deno.test({
  name:
    "runStart() ends likes servers with success when W replicas have all, and one is dead",
  ignore: !CAN_RUN,
  async fn() {
    for (const [quorum, exit] of [["2", 0], ["3", 3]] as const) {
      const verdict = await verdictOf([
        ...["--write-quorum", quorum, "--read-from", "all"],
        ...["--crash", "primary1@1s", "--ack-timeout", "200ms"],
        ...["--drain", "1s"],
      ]);
      const { servers = [], replicas = [], generated } = verdict;
      assertEquals(
        servers.map((server) => server.exit),
        [exit, exit, exit, exit],
      );
      const [first, dead, third] = replicas;
      assertEquals([first?.counted, dead?.dead, third?.counted], [
        generated,
        true,
        generated,
      ]);
      assertEquals(verdict.acknowledged === generated, quorum === "2");
    }
  },
});

Deno.test({
  name:
    "runStart() lets a likes server that was killed tell all replicas again",
  ignore: !CAN_RUN,
  async fn() {
    for (const delivery of ["crdt", "dedup"]) {
      const verdict = await verdictOf([
        ...["--write-quorum", "2", "--read-from", "all", "--read-quorum", "2"],
        ...["--crash", "LikesServer1@1s+300ms", "--delivery", delivery],
        ...["--read-after", "10ms", "--loss", "1/20", "--ack-timeout", "200ms"],
      ]);
      assertDelivered(verdict);
      assertEquals(verdict.reads?.fresh, 1, delivery);
    }
  },
});

Deno.test({
  name: "compare --live --quorums runs each pair of quorums, with a report",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    const path = `${folder.path}/quorums.html`;
    await using program = new Program([
      ...["compare", "--live", "--quorums", "--json", "--port", "0"],
      ...["--servers", "2", "--replicas", "2", "--lifetime", "1s"],
      ...["--spawn-interval", "20ms", "--interval", "50ms..200ms"],
      ...["--latency", "exp:30ms", "--seed", "7", "--log-dir", folder.path],
      ...["--report", path],
    ], ["--allow-read=."]);
    const { code, stdout, stderr } = await program.ended;
    assertEquals(code, 0, stderr);
    const rows = JSON.parse(stdout);
    assertEquals(
      rows.map((row: { read: number; write: number }) =>
        `R=${row.read} W=${row.write}`
      ),
      ["R=1 W=1", "R=1 W=2", "R=2 W=1", "R=2 W=2"],
    );
    for (const { read, write, converged, reads, theory, command } of rows) {
      assert(converged && reads.ownReads > 0, `R=${read} W=${write}`);
      if (read + write > 2) assertEquals(reads.fresh, 1);
      assertEquals([theory.read, theory.write], [read, write]);
      assertStringIncludes(command, "start --servers 2 --lifetime 1s");
    }
    const html = Deno.readTextFileSync(path);
    assertStringIncludes(html, "<title>Quorums compared");
    assertStringIncludes(html, "live: real processes");
  },
});

Deno.test({
  name:
    "compare --live --write-to all refuses modes without a mark, and runs the others",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using program = new Program([
      ...["compare", "--live", "--json", "--port", "0", "--servers", "2"],
      ...["--replicas", "2", "--write-to", "all", "--lifetime", "1s"],
      ...["--spawn-interval", "20ms", "--interval", "50ms..200ms"],
      ...["--seed", "7", "--log-dir", folder.path],
    ], ["--allow-read=."]);
    const { code, stdout, stderr } = await program.ended;
    assertEquals(code, 0, stderr);
    const told: { delivery: string; converged?: boolean; refused?: string }[] =
      JSON.parse(stdout);
    assertEquals(
      told.map(({ delivery, converged }) => [delivery, converged]),
      [
        ["dedup", true],
        ["crdt", true],
        ["at-most-once", undefined],
        ["original", undefined],
        ["at-least-once", undefined],
      ],
    );
    for (const { refused } of told.slice(2)) {
      assertStringIncludes(refused ?? "", "without a mark");
    }
  },
});
