import { assert, assertEquals, assertMatch } from "@std/assert";
import { DELIVERIES } from "../../lib/domain/delivery.ts";
import { servePrimary } from "../../primary.ts";
import { CAN_RUN, LogFolder, Program } from "./program.ts";

const SHORT = [
  "--port",
  "0",
  "--lifetime",
  "1.5s",
  "--interval",
  "0.2s..0.5s",
  "--spawn-interval",
  "20ms",
  // However slow this machine is: no sum passes 42, and no answer comes too
  // late.
  "--likes",
  "0..6",
  "--ack-timeout",
  "8s",
];

for (const delivery of DELIVERIES) {
  Deno.test({
    name:
      `runStart() ends CONVERGED with ten likes servers, and the three kinds of logs agree: ${delivery}`,
    ignore: !CAN_RUN,
    async fn() {
      using folder = new LogFolder();
      await using program = new Program([
        "start",
        ...SHORT,
        "--json",
        "--delivery",
        delivery,
        "--log-dir",
        folder.path,
      ]);
      const { code, stdout, stderr } = await program.ended;
      assertEquals(code, 0, stderr);
      const verdict = JSON.parse(stdout);
      assertEquals(verdict.converged, true);
      assertEquals(verdict.delivery, delivery);
      assertEquals(verdict.servers.length, 10);

      const atPrimary = new Map<string, number>();
      let total = 0;
      for (const line of folder.lines("PrimaryLikesLog")) {
        const found =
          /^\d{4}-\d\d-\d\dT[\d:.]+Z (LikesServer\d) (\d+)(?: [0-9a-f]{16}#\d+(?:=\d+)?)? Total (\d+)$/
            .exec(line);
        assert(found !== null, `Odd line in PrimaryLikesLog: ${line}`);
        const [, name = "", likes, sum] = found;
        atPrimary.set(name, (atPrimary.get(name) ?? 0) + Number(likes));
        total += Number(likes);
        // `crdt` sends what is newest: its reports need not hold each draw.
        if (delivery !== "crdt") assertEquals(Number(sum), total);
        total = Number(sum);
      }
      for (const server of verdict.servers) {
        assertEquals(server.generated, folder.likesOf(server.name));
        assertEquals(server.counted, server.generated);
        assertEquals(server.exit, 0);
        if (delivery !== "crdt") {
          assertEquals(atPrimary.get(server.name) ?? 0, server.generated);
        }
      }
      assertEquals(total, verdict.generated);

      const status = folder.lines("ParentProcessStatus");
      assertMatch(status[0] ?? "", /Z ParentProcess started$/);
      assertMatch(status.at(-1) ?? "", /Z ParentProcess completed$/);
      for (let id = 0; id < 10; id++) {
        const own = status.filter((line) =>
          line.includes(` LikesServer${id} `)
        );
        assertEquals(own.length, 2);
        const pid = / started pid (\d+) session [0-9a-f]{16}$/.exec(
          own[0] ?? "",
        )?.[1];
        assertMatch(own[1] ?? "", new RegExp(` ended pid ${pid} code 0$`));
      }
      assertEquals(status.length, 22);
    },
  });
}

Deno.test({
  name: "runStart() draws the same likes for the same seed",
  ignore: !CAN_RUN,
  async fn() {
    const drawn: string[][] = [];
    for (let run = 0; run < 2; run++) {
      using folder = new LogFolder();
      await using program = new Program([
        "start",
        ...SHORT,
        "--servers",
        "2",
        "--seed",
        "7",
        "--log-dir",
        folder.path,
      ]);
      const { code, stderr } = await program.ended;
      assertEquals(code, 0, stderr);
      drawn.push(folder.lines("LikesServer1"));
    }
    assertEquals(drawn[0], drawn[1]);
  },
});

Deno.test({
  name: "runStart() exits 1 and names a likes server that could not be run",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    Deno.mkdirSync(`${folder.path}/LikesServer1/in-the-way`, {
      recursive: true,
    });
    await using program = new Program([
      "start",
      ...SHORT,
      "--servers",
      "2",
      "--log-dir",
      folder.path,
    ]);
    const { code, stderr } = await program.ended;
    assertEquals(code, 1);
    assertMatch(stderr, /^error: LikesServer1 could not be run: /m);
    assertMatch(
      folder.lines("ParentProcessStatus").join("\n"),
      /^\S+ ERROR LikesServer1 could not be run: /m,
    );
  },
});

/** A run that cannot begin, with the earlier files that it would replace. */
async function refused(
  folder: LogFolder,
  ...names: string[]
): Promise<{ code: number; stderr: string; kept: string[] }> {
  const earlier = folder.putEarlier("history", "report", ...names);
  await using program = new Program([
    ...["start", ...SHORT, "--log-dir", folder.path],
    ...["--history", `${folder.path}/history`],
    ...["--report", `${folder.path}/report`],
  ]);
  const { code, stderr } = await program.ended;
  return { code, stderr, kept: earlier() };
}

for (
  const [inTheWay, other] of [
    ["PrimaryLikesLog", "ParentProcessStatus"],
    ["ParentProcessStatus", "PrimaryLikesLog"],
  ] as const
) {
  Deno.test({
    name: `runStart() replaces nothing when ${inTheWay} is a folder`,
    ignore: !CAN_RUN,
    async fn() {
      using folder = new LogFolder();
      Deno.mkdirSync(`${folder.path}/${inTheWay}`);
      const { code, stderr, kept } = await refused(folder, other);
      assertEquals(code, 2);
      assertMatch(
        stderr,
        new RegExp(`^error: Cannot log to .*/${inTheWay}: it is a folder.*\n$`),
      );
      assertEquals(kept, ["history", "report", other]);
    },
  });
}

Deno.test({
  name:
    "runStart() replaces nothing when a primary runs with the log folder already",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    const primary = await servePrimary({ port: 0, logDir: folder.path });
    const { code, stderr, kept } = await refused(folder, "ParentProcessStatus");
    await primary.stop();
    assertEquals(code, 2);
    assertMatch(stderr, /^error: .*primary is already running/);
    assertEquals(kept, ["history", "report", "ParentProcessStatus"]);
  },
});
