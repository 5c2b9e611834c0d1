// Replicas as real processes, started as somebody starts them by hand: under
// the permissions of their task, each with the ports of the others.

import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  parseStats,
  parseStatsCounters,
  type Stats,
} from "../../lib/live/primary/stats.ts";
import type { LineClient } from "../live/primary/line_client.ts";
import { freePorts } from "./free_ports.ts";
import { PrimaryProcess } from "./primary_process.ts";
import { CAN_RUN } from "./program.ts";

const A = "00000000deadbeef";

/** Replicas with a log folder. */
class Replicas implements AsyncDisposable {
  readonly folder: string;
  readonly #ports: readonly number[];
  readonly #flags: readonly string[];
  readonly #processes: PrimaryProcess[];

  constructor(count: number, flags: readonly string[] = []) {
    this.folder = Deno.makeTempDirSync({
      dir: "/tmp",
      prefix: "likes-replicas-",
    });
    this.#ports = freePorts(count);
    this.#flags = flags;
    this.#processes = this.#ports.map((_, number) => this.#start(number, []));
  }

  #start(number: number, more: readonly string[]): PrimaryProcess {
    const peers = this.#ports.filter((_, other) => other !== number);
    const permissions = [
      ...["--allow-net=127.0.0.1", `--allow-write=${this.folder}`],
    ];
    if (more.includes("--resume")) {
      permissions.push(`--allow-read=${this.#logOf(number)}`);
    }
    return new PrimaryProcess(
      [
        ...[`--replica=${number}`, "--gossip=50ms", "--seed=7"],
        ...peers.map((port) => `--peer=${port}`),
        ...[`--log-dir=${this.folder}`, ...this.#flags, ...more],
      ],
      permissions,
      this.#ports[number],
    );
  }

  #logOf(number: number): string {
    return `${this.folder}/PrimaryLikesLog${number}`;
  }

  async connect(number: number): Promise<LineClient> {
    return await (this.#processes[number] as PrimaryProcess).connect();
  }

  /** Kills a replica as no program can prevent. */
  async kill(number: number): Promise<void> {
    const process = this.#processes[number] as PrimaryProcess;
    process.kill("SIGKILL");
    await process.ended;
  }

  /** Starts a replica that was killed. */
  async start(number: number, ...flags: string[]): Promise<void> {
    const process = this.#processes[number] = this.#start(number, flags);
    if (await process.listening > 0) return;
    throw new Error((await process.ended).stderr);
  }

  async stats(number: number): Promise<Stats> {
    using client = await this.connect(number);
    return parseStats(await client.ask("STATS"));
  }

  /** Waits until all of them hold the same and one of them a total. */
  async agreeOn(total: number): Promise<void> {
    const all = this.#ports.map((_, number) => number);
    const clients = await Promise.all(all.map((i) => this.connect(i)));
    try {
      for (;;) {
        const answers = await Promise.all(clients.map(async (client) => {
          return parseStatsCounters(await client.ask("COUNTERS"));
        }));
        const digests = answers.map(({ replica }) => replica?.digest);
        if (
          new Set(digests).size === 1 &&
          answers.every((answer) => answer.total === total)
        ) return;
      }
    } finally {
      for (const client of clients) client[Symbol.dispose]();
    }
  }

  /** Lines of a replica's log, without the time. */
  log(number: number): string[] {
    const lines = Deno.readTextFileSync(this.#logOf(number)).split("\n");
    return lines.slice(0, -1).map((line) => line.slice(25));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const process of this.#processes) await process[Symbol.asyncDispose]();
    Deno.removeSync(this.folder, { recursive: true });
  }
}

/** Sends lines and waits until each is acknowledged. */
async function acknowledge(
  client: LineClient,
  lines: readonly string[],
): Promise<void> {
  const atOnce = 500;
  for (let from = 0; from < lines.length; from += atOnce) {
    const some = lines.slice(from, from + atOnce);
    await client.send(some.map((line) => `${line}\n`).join(""));
    const replies = await client.lines(some.length);
    assertEquals(replies.filter((reply) => reply !== "ACK"), []);
  }
}

/** The first reports, of two likes each, of sessions with totals. */
function sessions(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const session = (first + i).toString(16).padStart(16, "0");
    return `LikesServer${(first + i) % 100} 2 ${session}#1=2`;
  });
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: !CAN_RUN, fn });
}

test("primary --replica: three tell each other what was reported to each, in every mode", async () => {
  await using replicas = new Replicas(3);
  for (const number of [0, 1, 2]) {
    using client = await replicas.connect(number);
    await acknowledge(client, [
      `LikesServer0 ${10 + number}`,
      `LikesServer0 1`,
      `LikesServer1 4 000000000000000${number}#1`,
      `LikesServer2 5 ${A}#${number + 1}=${5 * (number + 1)}`,
    ]);
  }
  await replicas.agreeOn(36 + 12 + 15);
  for (const number of [0, 1, 2]) {
    using client = await replicas.connect(number);
    assertEquals(await client.ask("READ"), "TOTAL 63");
    assertEquals(
      await client.ask("READ LikesServer0"),
      "VALUE LikesServer0 36",
    );
    assertEquals(
      await client.ask(`READ LikesServer2 ${A}`),
      `VALUE LikesServer2 15 ${A}#3=15`,
    );
    const { servers } = await replicas.stats(number);
    const [plain, dedup] = servers;
    assertEquals(plain?.components?.map(({ seq }) => seq), [2, 2, 2]);
    assertEquals(plain?.components?.[0]?.total, 11 + number);
    assertEquals(dedup?.sessions.length, 3);
  }
});

for (const durability of ["write", "fsync"]) {
  test(`primary --replica --resume --durability ${durability}: goes on after kills in the middle of exchanges, nothing acknowledged is lost`, async () => {
    await using replicas = new Replicas(3, ["--durability", durability]);
    await replicas.agreeOn(0);
    const perRound = 4000;
    let total = 0;
    for (let round = 0; round < 6; round++) {
      const victim = round % 3;
      using client = await replicas.connect((victim + 1) % 3);
      using other = await replicas.connect((victim + 2) % 3);
      const merged = replicas.log(victim).length;
      await acknowledge(client, sessions(perRound * round, perRound));
      await acknowledge(other, ["LikesServer0 3"]);
      total += 2 * perRound + 3;
      // The exchange that brings them has begun, and perhaps not ended.
      while (replicas.log(victim).length === merged) await other.ask("READ");
      await replicas.kill(victim);
      await acknowledge(other, ["LikesServer0 3"]);
      total += 3;
      await replicas.start(victim, "--resume");
    }
    await replicas.agreeOn(total);
    const { servers, replica } = await replicas.stats(0);
    // Each replica counted reports without a mark, in one incarnation all
    // along.
    assertEquals(servers[0]?.components?.length, 3);
    assertEquals(servers[0]?.unmarked, 36);
    assertEquals(replica?.entriesRefused, 0);
  });
}

test("primary --replica without --resume: begins a new incarnation and is told what it had counted", async () => {
  await using replicas = new Replicas(2);
  {
    using client = await replicas.connect(0);
    await acknowledge(client, ["LikesServer0 14", ...sessions(0, 10)]);
  }
  await replicas.agreeOn(34);
  await replicas.kill(0);
  await replicas.start(0);
  {
    using client = await replicas.connect(0);
    await acknowledge(client, ["LikesServer0 5"]);
  }
  await replicas.agreeOn(39);
  const { servers } = await replicas.stats(1);
  const likes = servers[0]?.components?.map(({ total }) => total);
  assertEquals(likes?.sort(), [14, 5]);
});

test("primary --replica: a stranger's SYNC is refused and everybody else is served", async () => {
  await using replicas = new Replicas(2);
  using client = await replicas.connect(0);
  const entry = `LikesServer3 14 ${A}#7=98\n`;
  const strange = [
    "SYNC\n" + entry,
    "SYNC nonsense\n" + entry,
    "SYNCED primary1 push 1 77 0 0 0 1 1 0\n" + entry,
    "SYNC primary7 push 1 77 0 0 0 1 1 0\n" + entry,
    "SYNC primary0 push 1 77 0 0 0 1 1 0\n" + entry,
    `SYNC primary1 push 1 77 0 0 0 1000000 1000000 0\n${entry.repeat(1e6)}`,
    `SYNC primary1 push 1 77 0 0 0 9 9 0\n${entry.repeat(8)}`,
    `SYNC primary1 push 1 77 0 0 0 9 9 0\n${entry.repeat(8)}READ\n`,
    "SYNC primary1 push 1 77 0 0 0 9 9 0\n" + entry.repeat(8) + "\x00\xff\n",
    `SYNC primary1 push 1 77 0 0 0 1 1 0\n${"x".repeat(100_000)}\n`,
  ];
  for (const text of strange) {
    using stranger = await replicas.connect(0);
    // It may close before it was sent all.
    await stranger.send(text).then(() => stranger.closeWrite()).catch(() => {});
    const said = await stranger.end();
    if (said !== "") assertMatch(said, /^NAK [ -~]+\n$/);
    assertEquals(await client.ask("READ"), "TOTAL 0");
    assertEquals(await client.ask("LikesServer0 0"), "ACK");
  }
  using stranger = await replicas.connect(0);
  const impossible = entry.replace("=98", "=9999");
  await stranger.send(`SYNC primary1 push 1 77 0 0 0 1 1 0\n${impossible}`);
  assertMatch(await stranger.line(), /^SYNCED primary0 push 1 /);
  const { replica, servers } = await replicas.stats(0);
  assertEquals(replica?.entriesRefused, 1);
  assertEquals(servers.map(({ name }) => name), ["LikesServer0"]);
  await replicas.agreeOn(0);
  await acknowledge(client, ["LikesServer0 5"]);
  await replicas.agreeOn(5);
});

test("primary --replica: without its peers it serves, and with them again it tells them", async () => {
  await using replicas = new Replicas(3);
  await Promise.all([0, 1, 2].map((number) => replicas.stats(number)));
  await Promise.all([1, 2].map((number) => replicas.kill(number)));
  using client = await replicas.connect(0);
  await acknowledge(client, ["LikesServer0 14", ...sessions(0, 25_000)]);
  for (;;) {
    const { replica } = await replicas.stats(0);
    if ((replica?.exchangesFailed ?? 0) >= 3) break;
  }
  await Promise.all([1, 2].map((number) => replicas.start(number, "--resume")));
  await replicas.agreeOn(50_014);
});

test("primary --replica: a lock and a log of its own, and an error that names what is missing", async () => {
  await using replicas = new Replicas(2);
  await replicas.agreeOn(0);
  const flags = ["--replica=0", "--peer=1", `--log-dir=${replicas.folder}`];
  const permissions = [
    ...["--allow-net=127.0.0.1", `--allow-write=${replicas.folder}`],
  ];
  {
    await using second = new PrimaryProcess(flags, permissions);
    const { code, stderr } = await second.ended;
    assertEquals(code, 2);
    assertMatch(stderr, /a primary is already running with the log folder/);
  }
  await replicas.kill(0);
  await using third = new PrimaryProcess([...flags, "--resume"], permissions);
  const { code, stderr } = await third.ended;
  assertEquals(code, 2);
  assertMatch(stderr, /--allow-read=\/tmp\/\S+\/PrimaryLikesLog0/);
  assert(replicas.log(0).length === 0);
});
