// Several replicas as real processes, with their parent, readers and killers.

import { assert, assertEquals, assertGreater, assertMatch } from "@std/assert";
import { auditLogs } from "../../lib/live/storm/log_audit.ts";
import type { Verdict } from "../../lib/verdict/verdict.ts";
import { freePorts } from "./free_ports.ts";
import { CAN_RUN, killProcess, LogFolder, Program } from "./program.ts";

const RUN = [
  ...["--json", "--servers", "4", "--spawn-interval", "20ms", "--seed", "7"],
  ...["--interval", "50ms..200ms"],
];
const GOSSIP = ["--gossip", "200ms"];
const THREE = ["start", "--port", "0", "--replicas", "3", ...RUN];

async function verdictOf(program: Program): Promise<Verdict> {
  const { stdout, stderr } = await program.ended;
  assert(stdout !== "", stderr);
  return JSON.parse(stdout);
}

function namesAndCounts({ replicas = [] }: Verdict): [string, number][] {
  return replicas.map(({ name, counted }) => [name, counted]);
}

function assertConverged(verdict: Verdict, folder: LogFolder): void {
  const { generated } = verdict;
  assertGreater(generated, 0);
  assertEquals(verdict.converged, true, JSON.stringify(verdict));
  assertEquals(
    namesAndCounts(verdict),
    [0, 1, 2].map((number) => [`primary${number}`, generated]),
  );
  const read = (name: string) =>
    Deno.readTextFileSync(`${folder.path}/${name}`);
  assertEquals(auditLogs(verdict, { read }), []);
}

for (const delivery of ["crdt", "dedup"]) {
  Deno.test({
    name:
      `runStart() lets three replicas drift apart under a partition and find together again, and readers see it: ${delivery}`,
    ignore: !CAN_RUN,
    async fn() {
      using folder = new LogFolder();
      const history = `${folder.path}/history`;
      await using program = new Program([
        ...THREE,
        ...["--lifetime", "3s", "--delivery", delivery, "--readers", "2"],
        ...GOSSIP,
        ...["--partition", "0.5s..2s:primary2--primary0-1"],
        ...["--read-interval", "20ms..60ms", "--read-from", "any"],
        ...["--latency", "2ms", "--log-dir", folder.path],
        ...["--history", history],
      ]);
      const verdict = await verdictOf(program);
      assertConverged(verdict, folder);
      const { reads, apartSeconds = 0, agreementSeconds } = verdict;
      assertGreater(apartSeconds, 1);
      assert(typeof agreementSeconds === "number");
      assertGreater(reads?.count ?? 0, 20);
      const { fresh = 1 } = reads ?? {};
      assert(fresh > 0 && fresh < 1, `${fresh} of the reads were fresh`);
      for (const number of [0, 1, 2]) {
        const merged = folder.lines(`PrimaryLikesLog${number}`)
          .filter((line) => line.includes(" MERGED "));
        assertGreater(merged.length, 0);
      }
      const kinds = new Set(
        folder.lines("history").map((line) => JSON.parse(line).kind),
      );
      for (const kind of ["gossip", "merge", "read", "value"]) {
        assert(kinds.has(kind), kind);
      }
      // Only likes servers are named there.
      assertEquals(
        folder.lines("ParentProcessStatus").filter((line) =>
          !/ (ParentProcess|LikesServer[0-3]) /.test(line)
        ),
        [],
      );
    },
  });
}

Deno.test({
  name: "runStart() starts a replica again that somebody else has killed",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using program = new Program([
      ...THREE,
      ...["--lifetime", "4s", "--log-dir", folder.path, ...GOSSIP],
    ]);
    const [, pid] = await program.line(/^primary1 started pid (\d+)$/);
    await program.line(/^LikesServer1 .* ACK /, 3);
    await killProcess(Number(pid), "SIGKILL");
    await program.line(/^primary1 ended by SIGKILL and is started again$/);
    await program.line(/^LikesServer1 .* report .* replica=2 /);
    await program.line(/^primary1 listening on /, 2);
    assertConverged(await verdictOf(program), folder);
  },
});

Deno.test({
  name:
    "runStart() lets likes servers leave a replica that is dead for good, and names it",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using program = new Program([
      ...THREE,
      ...["--lifetime", "2s", "--log-dir", folder.path],
      ...["--crash", "primary1@500ms", "--ack-timeout", "100ms", ...GOSSIP],
    ]);
    const verdict = await verdictOf(program);
    assertEquals(verdict.converged, true, JSON.stringify(verdict));
    const { replicas = [], generated } = verdict;
    assertEquals(replicas.map(({ dead }) => dead), [
      undefined,
      true,
      undefined,
    ]);
    assertEquals([replicas[0]?.counted, replicas[2]?.counted], [
      generated,
      generated,
    ]);
  },
});

Deno.test({
  name:
    "runStart() says that what only a dead replica had is lost, and whose it was",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using program = new Program([
      ...THREE.filter((word) => word !== "--json"),
      ...["--lifetime", "2s", "--log-dir", folder.path],
      ...["--gossip", "off", "--delivery", "at-least-once"],
      ...["--crash", "primary1@1s", "--ack-timeout", "100ms"],
    ]);
    const { stdout, code } = await program.ended;
    assertEquals(code, 1);
    assertMatch(stdout, /had been acknowledged, and only primary1 had them/);
  },
});

Deno.test({
  name:
    "runStart() says where at-least-once counted twice when its home did not answer",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using program = new Program([
      ...THREE.filter((word) => word !== "--json"),
      ...["--lifetime", "2s", "--log-dir", folder.path],
      ...["--delivery", "at-least-once", "--ack-timeout", "100ms"],
      ...["--partition", "500ms..1500ms:LikesServer1<-primary1", ...GOSSIP],
    ]);
    const { stdout, code } = await program.ended;
    assertEquals(code, 1);
    assertMatch(
      stdout,
      /LikesServer1 were counted twice, at primary1 and primary2/,
    );
  },
});

/** Three replicas, as three people start them in terminals of their own. */
async function startByHand(folder: LogFolder): Promise<Program[]> {
  const ports = freePorts(3);
  const programs = ports.map((port, number) =>
    new Program([
      ...["primary", "--replica", `${number}`, "--port", `${port}`],
      ...ports.filter((other) => other !== port).flatMap((peer) => [
        "--peer",
        `${peer}`,
      ]),
      ...["--log-dir", folder.path, ...GOSSIP],
    ])
  );
  for (const program of programs) await program.line(/ listening on /);
  return programs;
}

async function portOf(program: Program): Promise<string> {
  const [, port = ""] = await program.line(/ listening on 127\.0\.0\.1:(\d+)$/);
  return port;
}

Deno.test({
  name: "runParent() runs likes servers and readers against replicas of others",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    const [first, second, third] = await startByHand(folder);
    assert(first !== undefined && second !== undefined && third !== undefined);
    await using _first = first;
    await using _second = second;
    await using _third = third;
    const ports = await Promise.all([first, second, third].map(portOf));
    for (const more of [[], ["--readers", "1", "--loss", "1/10"]]) {
      await using parent = new Program([
        ...["parent", ...RUN, "--lifetime", "1s", "--log-dir", folder.path],
        ...ports.flatMap((port) => ["--port", port]),
        ...["--ack-timeout", "200ms", ...GOSSIP, ...more],
      ]);
      const verdict = await verdictOf(parent);
      assertEquals(verdict.converged, true, JSON.stringify(verdict));
      assertEquals(
        namesAndCounts(verdict),
        [0, 1, 2].map((number) => [`primary${number}`, verdict.generated]),
      );
      assertEquals(verdict.reads !== undefined, more.length > 0);
      // What they gossip does not pass the parent.
      assertEquals(verdict.gossip, undefined);
    }
  },
});

Deno.test({
  name: "runStart() has readers of a primary that is alone, too: all is fresh",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using program = new Program([
      ...["start", "--port", "0", ...RUN, "--lifetime", "1s"],
      ...["--readers", "2", "--read-interval", "20ms..60ms"],
      ...["--log-dir", folder.path],
    ]);
    const { converged, reads, replicas } = await verdictOf(program);
    assertEquals([converged, replicas], [true, undefined]);
    assertGreater(reads?.count ?? 0, 10);
    assertEquals([reads?.fresh, reads?.monotonicViolations], [1, 0]);
  },
});

Deno.test({
  name:
    "runStart() lets likes servers and readers leave a dead replica at once, through the network, too",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    // Two attempts in silence would outlast the run.
    await using program = new Program([
      ...THREE,
      ...["--lifetime", "3s", "--drain", "10s", "--ack-timeout", "20s"],
      ...["--crash", "primary1@1s", "--latency", "2ms", ...GOSSIP],
      ...["--readers", "3", "--read-interval", "20ms..60ms"],
      ...["--log-dir", folder.path],
    ]);
    const verdict = await verdictOf(program);
    const { acknowledged, generated, servers = [], reads } = verdict;
    assertEquals(acknowledged, generated);
    assertEquals(servers.map(({ exit }) => exit), [0, 0, 0, 0]);
    // What Reader1 was asking when its home was killed, and the next question.
    const { unanswered = Infinity } = reads ?? {};
    assert(unanswered <= 2, `${unanswered} reads have no answer`);
    assertGreater(reads?.count ?? 0, 20);
  },
});
