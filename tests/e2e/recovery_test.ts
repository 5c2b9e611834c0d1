// What `start` does when it finds, after a kill, another log than the one that
// was left.

import { assert, assertEquals, assertGreater, assertMatch } from "@std/assert";
import { auditLogs } from "../../lib/live/storm/log_audit.ts";
import { CAN_RUN, killProcess, LogFolder, Program } from "./program.ts";

const RUN = [
  ...["start", "--json", "--port", "0", "--servers", "2"],
  ...["--spawn-interval", "20ms", "--interval", "50ms..100ms"],
  ...["--likes", "1..6", "--drain", "500ms", "--lifetime"],
];

/**
 * Kills a process of a run, and does something to a log before it is started
 * again, a second later.
 */
async function tamper(
  program: Program,
  pid: number,
  death: RegExp,
  change: () => void,
): Promise<void> {
  await killProcess(pid, "SIGKILL");
  await program.line(death);
  change();
}

async function killLikesServer(
  program: Program,
  folder: LogFolder,
  change: (path: string) => void,
): Promise<void> {
  await program.line(/^LikesServer0 .* ACK /, 5);
  const [pid] = folder.pids("LikesServer0");
  assert(pid !== undefined);
  await tamper(
    program,
    pid,
    /^LikesServer0 was killed by SIGKILL and is started again$/,
    () => change(`${folder.path}/LikesServer0`),
  );
}

async function killPrimary(
  program: Program,
  folder: LogFolder,
  change: (path: string) => void,
): Promise<void> {
  await program.line(/^LikesServer0 .* ACK /, 5);
  const [, pid] = await program.line(/^PrimaryLikesServer started pid (\d+)$/);
  await tamper(
    program,
    Number(pid),
    /^The primary ended by SIGKILL and is started again$/,
    () => change(`${folder.path}/PrimaryLikesLog`),
  );
}

function append(path: string, text: string): void {
  Deno.writeTextFileSync(path, text, { append: true });
}

Deno.test({
  name: "runStart() cuts a torn last line off a likes server's log and goes on",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using program = new Program([
      ...RUN,
      ...["3s", "--log-dir", folder.path],
    ]);
    await killLikesServer(
      program,
      folder,
      (path) => append(path, "LikesServer0 4"),
    );
    const { code, stdout, stderr } = await program.ended;
    assertEquals(code, 0, stderr);
    assertMatch(stderr, /LikesServer0: Cut 14 bytes of a torn last line off /);
    const read = (name: string) =>
      Deno.readTextFileSync(`${folder.path}/${name}`);
    assertEquals(auditLogs(JSON.parse(stdout), { read }), []);
  },
});

for (
  const [what, change] of [
    ["holds less than was seen", (path: string) => {
      const [first = ""] = Deno.readTextFileSync(path).split("\n");
      Deno.writeTextFileSync(path, `${first}\n`);
    }],
    [
      "is another's",
      (path: string) => Deno.writeTextFileSync(path, "LikesServer1 4\n"),
    ],
    [
      "is no log",
      (path: string) => Deno.writeTextFileSync(path, "\x7fELF\x02\x01\x01"),
    ],
    ["is gone", (path: string) => Deno.removeSync(path)],
  ] as const
) {
  Deno.test({
    name:
      `runStart() does not go on from a likes server's log that ${what}, and says so`,
    ignore: !CAN_RUN,
    async fn() {
      using folder = new LogFolder();
      await using program = new Program([
        ...RUN,
        ...["3s", "--log-dir", folder.path],
      ]);
      let left = "";
      await killLikesServer(program, folder, (path) => {
        change(path);
        if (what !== "is gone") left = Deno.readTextFileSync(path);
      });
      const { stdout, stderr } = await program.ended;
      assertMatch(stderr, /^LikesServer0: .*LikesServer0.*$/m);
      const { servers } = JSON.parse(stdout);
      assertEquals(servers[0].exit, 2);
      // What it drew before is at the primary all the same, and the others are
      // not disturbed.
      assertGreater(servers[0].counted, 0);
      assertEquals(servers[1].counted, servers[1].generated);
      assertEquals(folder.pids("LikesServer0").length, 2);
      if (what === "is gone") {
        assertEquals(
          [...Deno.readDirSync(folder.path)].some(({ name }) =>
            name === "LikesServer0"
          ),
          false,
        );
      } else {
        assertEquals(
          Deno.readTextFileSync(`${folder.path}/LikesServer0`),
          left,
        );
      }
    },
  });
}

Deno.test({
  name: "runStart() lets its primary cut off a torn last line and go on",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using program = new Program([
      // What is left is delivered: with time enough for a slow machine.
      ...RUN.map((word) => word === "500ms" ? "20s" : word),
      ...["3s", "--log-dir", folder.path],
    ]);
    await killPrimary(
      program,
      folder,
      (path) => append(path, "2026-01-02T03:04:05.678Z LikesServer1 4"),
    );
    const { stdout, stderr } = await program.ended;
    assertMatch(stderr, /Cut off the last 39 bytes of /);
    const verdict = JSON.parse(stdout);
    const read = (name: string) =>
      Deno.readTextFileSync(`${folder.path}/${name}`);
    assertEquals(auditLogs(verdict, { read }), []);
    assert(verdict.converged);
  },
});

for (
  const [what, change, reason] of [
    ["is damaged in the middle", (path: string) => {
      const lines = Deno.readTextFileSync(path).split("\n");
      lines[1] = `${lines[1]}0`;
      Deno.writeTextFileSync(path, lines.join("\n"));
    }, /Cannot resume from \S+: line 2 ends with the total /],
    ["lacks a line", (path: string) => {
      const lines = Deno.readTextFileSync(path).split("\n");
      lines.splice(1, 1);
      Deno.writeTextFileSync(path, lines.join("\n"));
    }, /Cannot resume from \S+: line \d+ (ends|is) /],
    [
      "is no log of a primary",
      (path: string) => Deno.writeTextFileSync(path, "#!/bin/sh\nexit 0\n"),
      /Cannot resume from \S+: line 1 is no line of a primary/,
    ],
  ] as const
) {
  Deno.test({
    name:
      `runStart() overwrites nothing of a primary's log that ${what}, and gives no verdict on what was counted`,
    ignore: !CAN_RUN,
    async fn() {
      using folder = new LogFolder();
      await using program = new Program([
        ...RUN,
        // In mode `crdt` the next line of a session can stand for one that is
        // missing.
        ...["2s", "--delivery", "dedup", "--log-dir", folder.path],
      ]);
      let left = "";
      await killPrimary(program, folder, (path) => {
        change(path);
        left = Deno.readTextFileSync(path);
      });
      const { code, stdout, stderr } = await program.ended;
      assertMatch(stderr, reason);
      assertEquals(
        Deno.readTextFileSync(`${folder.path}/PrimaryLikesLog`),
        left,
      );
      const verdict = JSON.parse(stdout);
      assertEquals(verdict.counted, undefined);
      // Even if every like was acknowledged before: nobody can say what the
      // primary holds.
      assertEquals(code, 1);
      assertMatch(stderr, /^The primary ended with code 2 and stays down$/m);
    },
  });
}

Deno.test({
  name:
    "runStart() survives kills of its primary while it resumes, one after another",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using program = new Program([
      ...RUN.slice(0, -3),
      ...["--lifetime", "5s", "--drain", "20s", "--log-dir", folder.path],
    ]);
    await program.line(/^LikesServer0 .* ACK /, 3);
    for (let kill = 1; kill <= 4; kill++) {
      // As soon as it is there: it may be reading its log, or not even have
      // begun.
      const [, pid] = await program.line(
        /^PrimaryLikesServer started pid (\d+)$/,
        kill,
      );
      await killProcess(Number(pid), "SIGKILL");
    }
    const { code, stdout, stderr } = await program.ended;
    assertEquals(code, 0, stderr);
    const read = (name: string) =>
      Deno.readTextFileSync(`${folder.path}/${name}`);
    assertEquals(auditLogs(JSON.parse(stdout), { read }), []);
  },
});

Deno.test({
  name: "runStart() replaces links that were planted in place of its logs",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    using elsewhere = new LogFolder();
    const names = [
      ...["PrimaryLikesLog", "PrimaryLikesLog.lock", "ParentProcessStatus"],
      ...["ParentProcessStatus.lock", "LikesServer0", "LikesServer1"],
      "history",
    ];
    for (const name of names) {
      Deno.writeTextFileSync(`${elsewhere.path}/${name}`, "precious\n");
      Deno.linkSync(`${elsewhere.path}/${name}`, `${folder.path}/${name}`);
    }
    await using program = new Program([
      ...RUN,
      ...["1s", "--log-dir", folder.path],
      ...["--history", `${folder.path}/history`],
    ]);
    const { code, stderr } = await program.ended;
    assertEquals(code, 0, stderr);
    for (const name of names) {
      assertEquals(elsewhere.lines(name), ["precious"], name);
    }
    assertGreater(folder.lines("history").length, 10);
  },
});
