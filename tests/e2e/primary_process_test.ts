import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseStats } from "../../lib/live/primary/stats.ts";
import { LineClient } from "../live/primary/line_client.ts";
import { CAN_RUN, LogFolder, Program } from "./program.ts";
import { PERMISSIONS, PrimaryProcess } from "./primary_process.ts";

function test(name: string, fn: (folder: LogFolder) => Promise<void>): void {
  Deno.test({
    name,
    ignore: !CAN_RUN,
    async fn() {
      using folder = new LogFolder();
      await fn(folder);
    },
  });
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  test(`primary serves under exactly its two permissions until ${signal}, then exits 0`, async (folder) => {
    await using primary = new PrimaryProcess([`--log-dir=${folder.path}`]);
    {
      using client = await primary.connect();
      assertEquals(await client.ask("LikesServer0 14"), "ACK");
      assertEquals(await client.ask("READ"), "TOTAL 14");
    }
    primary.kill(signal);
    const { code, stdout, stderr } = await primary.ended;
    assertEquals([code, stderr], [0, ""]);
    assertMatch(
      stdout,
      /^PrimaryLikesServer listening on 127\.0\.0\.1:\d+\n$/,
    );
    assertMatch(
      folder.lines("PrimaryLikesLog").join("\n"),
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z LikesServer0 14 Total 14$/,
    );
  });
}

test("primary refuses a folder that another one uses, saying so, and takes it when that one was killed", async (folder) => {
  await using first = new PrimaryProcess([`--log-dir=${folder.path}`]);
  using client = await first.connect();
  await client.ask("LikesServer0 14");
  await using second = new PrimaryProcess([`--log-dir=${folder.path}`]);
  const { code, stderr } = await second.ended;
  assertEquals(code, 2);
  assertEquals(
    stderr,
    `error: Cannot start: a primary is already running with the log folder ${folder.path} (stop it, or name another folder with --log-dir)\n`,
  );
  assertEquals(folder.lines("PrimaryLikesLog").length, 1);
  first.kill("SIGKILL");
  await first.ended;
  await using third = new PrimaryProcess([`--log-dir=${folder.path}`]);
  assert(await third.listening > 0);
});

test("primary says in one line what it lacks, and exits 2", async (folder) => {
  const cases: [string[], readonly string[], RegExp][] = [
    [[`--log-dir=${folder.path}/none`], PERMISSIONS, /none does not exist/],
    [["--log-dir=/tmp"], [PERMISSIONS[0] ?? ""], /--allow-write=\/tmp/],
    [[`--log-dir=${folder.path}`], ["--allow-write=/tmp"], /--allow-net=127/],
    [
      [`--log-dir=${folder.path}`, "--resume"],
      PERMISSIONS,
      /--allow-read=.*PrimaryLikesLog/,
    ],
  ];
  for (const [flags, permissions, expected] of cases) {
    await using primary = new PrimaryProcess(flags, permissions);
    const { code, stderr } = await primary.ended;
    assertEquals(code, 2, stderr);
    assertMatch(stderr, /^error: [^\n]*\n$/);
    assertMatch(stderr, expected);
  }
});

test("primary killed in the middle of a flood holds every acknowledged report when it resumes", async (folder) => {
  const flags = [`--log-dir=${folder.path}`];
  const acknowledged: number[] = [];
  {
    await using primary = new PrimaryProcess(flags);
    const flood = async (client: LineClient, server: number) => {
      using _ = client;
      try {
        for (let seq = 1;;) {
          let lines = "";
          for (let i = 0; i < 50; i++) lines += lineOf(server, seq + i);
          await client.send(lines);
          for (let i = 0; i < 50; i++) {
            assertEquals(await client.line(), "ACK");
            acknowledged[server] = seq++;
          }
          if (server === 0 && seq > 5000) primary.kill("SIGKILL");
        }
      } catch (error) {
        if (!(error instanceof Error) || error.name === "AssertionError") {
          throw error;
        }
      }
    };
    const clients = [
      await primary.connect(),
      await primary.connect(),
      await primary.connect(),
    ];
    await Promise.all(clients.map(flood));
    await primary.ended;
  }
  await using resumed = new PrimaryProcess([...flags, "--resume"], [
    ...PERMISSIONS,
    `--allow-read=${folder.path}/PrimaryLikesLog`,
  ]);
  using client = await resumed.connect();
  const stats = parseStats(await client.ask("STATS"));
  assertEquals(stats.servers.length, 3);
  let total = 0;
  for (const [server, { name, sessions }] of stats.servers.entries()) {
    assertEquals(name, `LikesServer${server}`);
    const seq = sessions[0]?.seq ?? 0;
    assert(seq >= (acknowledged[server] ?? 0));
    assertEquals(sessions[0]?.total, 2 * seq);
    total += 2 * seq;
    // The last one again is an old repeat, the next one is news.
    assertEquals(await client.ask(lineOf(server, seq).trim()), "ACK");
    assertEquals(await client.ask(lineOf(server, seq + 1).trim()), "ACK");
  }
  assertEquals(stats.total, total);
  assertEquals(await client.ask("READ"), `TOTAL ${total + 6}`);
});

function lineOf(server: number, seq: number): string {
  return `LikesServer${server} 2 00000000deadbeef#${seq}=${2 * seq}\n`;
}

test("primary serves 2,000 connections at once", async (folder) => {
  await using primary = new PrimaryProcess([`--log-dir=${folder.path}`]);
  const clients: LineClient[] = [];
  try {
    for (let i = 0; i < 2000; i++) clients.push(await primary.connect());
    const replies = await Promise.all(
      clients.map((client, i) => client.ask(`LikesServer${i} 1`)),
    );
    assertEquals(replies.filter((reply) => reply !== "ACK"), []);
    assertEquals(await clients[0]?.ask("READ"), "TOTAL 2000");
  } finally {
    for (const client of clients) client[Symbol.dispose]();
  }
});

test("primary with exitOnAckFailure prints the error and exits 1 when a reply cannot be sent", async (folder) => {
  await using primary = new PrimaryProcess([
    `--log-dir=${folder.path}`,
    "--exit-on-ack-failure",
  ]);
  let isOver = false;
  primary.ended.then(() => isOver = true);
  while (!isOver) {
    try {
      using client = await primary.connect();
      await client.send("LikesServer0 1\n".repeat(20_000));
      // Closed with replies unread: a reset, which the primary meets while it
      // writes.
    } catch { /* It has ended. */ }
  }
  const { code, stderr } = await primary.ended;
  assertEquals(code, 1);
  assertMatch(stderr, /^error: [^\n]+\n$/);
});

test("primary serves its clients all the same where it may not serve its page", async (folder) => {
  await using primary = new Program(
    [
      ...["primary", "--port=0", `--log-dir=${folder.path}`],
      ...["--dashboard", "--page-port=8080"],
    ],
    ["--deny-net=127.0.0.1:8080"],
  );
  const [, port] = await primary.line(/listening on 127\.0\.0\.1:(\d+)$/);
  await primary.line(/^error: Cannot listen on 127\.0\.0\.1:8080: /);
  {
    using client = await LineClient.connect(Number(port));
    assertEquals(await client.ask("LikesServer0 14"), "ACK");
  }
  primary.kill("SIGTERM");
  const { code, stderr } = await primary.ended;
  assertEquals(code, 0);
  assertMatch(stderr, /^error: [^\n]*\n$/);
});
