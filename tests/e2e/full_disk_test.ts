// A log folder that is full, for a while or to the end. Mounting a small disk
// takes rights that a Deno of its own asks for.

import { assert, assertEquals, assertGreater, assertMatch } from "@std/assert";
import { auditLogs } from "../../lib/live/storm/log_audit.ts";
import { PrimaryProcess } from "./primary_process.ts";
import { CAN_RUN, LogFolder, outside, Program } from "./program.ts";

async function succeeds(name: string, ...args: string[]): Promise<boolean> {
  return await outside(`
    try {
      const options = ${JSON.stringify({ args })};
      const { success } = new Deno.Command("${name}", options).outputSync();
      console.log(success);
    } catch {
      console.log(false);
    }
  `) === "true";
}

function mount(path: string, size = "64k"): Promise<boolean> {
  return succeeds("mount", "-t", "tmpfs", "-o", `size=${size}`, "none", path);
}

async function canMount(): Promise<boolean> {
  if (!CAN_RUN) return false;
  using folder = new LogFolder();
  return await mount(folder.path) && await succeeds("umount", folder.path);
}

const CAN_MOUNT = await canMount();

/** Leaves no room for a single byte, until the file that takes it is cut. */
function fill(folder: LogFolder): Deno.FsFile {
  const ballast = Deno.openSync(`${folder.path}/ballast`, {
    write: true,
    createNew: true,
  });
  try {
    while (true) ballast.writeSync(new Uint8Array(512));
  } catch {
    return ballast;
  }
}

for (const delivery of ["crdt", "dedup"]) {
  Deno.test({
    name:
      `runStart() loses nothing on a disk that is full for a while: ${delivery}`,
    ignore: !CAN_MOUNT,
    async fn() {
      using folder = new LogFolder();
      assert(await mount(folder.path));
      try {
        await using program = new Program([
          ...["start", "--json", "--port", "0", "--servers", "2"],
          ...["--lifetime", "4s", "--spawn-interval", "20ms"],
          ...["--interval", "20ms..50ms", "--ack-timeout", "300ms"],
          ...["--delivery", delivery, "--log-dir", folder.path],
        ]);
        await program.line(/^LikesServer1 .* ACK /, 5);
        using ballast = fill(folder);
        // What cannot be logged was not generated, and is not counted either.
        await program.line(/^LikesServer\d .* (?:discarded|NAK .* full)/, 3);
        ballast.truncateSync();
        const { code, stdout, stderr } = await program.ended;
        const verdict = JSON.parse(stdout);
        assertEquals(code, verdict.discarded === 0 ? 0 : 1, stderr);
        assertGreater(verdict.generated, 0);
        const read = (name: string) =>
          Deno.readTextFileSync(`${folder.path}/${name}`);
        assertEquals(auditLogs(verdict, { read }), []);
      } finally {
        assert(await succeeds("umount", folder.path));
      }
    },
  });
}

Deno.test({
  name:
    "primary with durability none says which acknowledged likes a full disk has cost, and exits 1",
  ignore: !CAN_MOUNT,
  async fn() {
    using folder = new LogFolder();
    assert(await mount(folder.path));
    try {
      await using primary = new PrimaryProcess([
        `--log-dir=${folder.path}`,
        "--durability=none",
      ]);
      using client = await primary.connect();
      using _ballast = fill(folder);
      assertEquals(await client.ask("LikesServer0 14"), "ACK");
      primary.kill("SIGTERM");
      const { code, stderr } = await primary.ended;
      assertEquals(code, 1, stderr);
      const path = `${folder.path}/PrimaryLikesLog`;
      const said = stderr.trimEnd().split("\n");
      assertEquals(
        said.at(-1),
        `error: Cannot log to ${path}: No space left on device (os error 28); lost: 14 acknowledged likes (1 line)`,
      );
      // Where it noticed before the end: nothing was answered NAK.
      for (const line of said.slice(0, -1)) {
        assertMatch(line, /until it can be, reports wait in memory/);
      }
      assertEquals(folder.lines("PrimaryLikesLog"), []);
    } finally {
      assert(await succeeds("umount", folder.path));
    }
  },
});

Deno.test({
  name:
    "start on a disk that is full from the beginning discards every draw, says so, and exits 1",
  ignore: !CAN_MOUNT,
  async fn() {
    using folder = new LogFolder();
    assert(await mount(folder.path, "4k"));
    try {
      await using program = new Program([
        ...["start", "--port", "0", "--servers", "2", "--lifetime", "1s"],
        ...["--spawn-interval", "0s", "--interval", "0.2s"],
        ...["--log-dir", folder.path],
      ]);
      const { code, stdout, stderr } = await program.ended;
      assertEquals(code, 1, stderr);
      assertMatch(
        stdout,
        /^NOT CONVERGED: (\d+) draws were discarded by LikesServer0, LikesServer1: they could not be logged \(No space left on device \(os error 28\)\)\.$/m,
      );
      assertMatch(stdout, /^ +No draw was made that could be logged/m);
      assertMatch(stdout, /^server .* discarded +exit$/m);
    } finally {
      assert(await succeeds("umount", folder.path));
    }
  },
});

Deno.test({
  name: "start names the answer of a primary whose disk stays full",
  ignore: !CAN_MOUNT,
  async fn() {
    using folder = new LogFolder();
    assert(await mount(folder.path));
    try {
      await using program = new Program([
        ...["start", "--port", "0", "--servers", "1", "--lifetime", "3s"],
        ...["--interval", "20ms", "--drain", "1s", "--log-dir", folder.path],
      ]);
      await program.line(/^LikesServer0 .* ACK /, 5);
      using _ballast = fill(folder);
      const { code, stdout, stderr } = await program.ended;
      assertEquals(code, 1, stderr);
      assertMatch(
        stdout,
        /likes of LikesServer0 were not delivered: the last attempt ended with NAK full\.$/m,
      );
    } finally {
      assert(await succeeds("umount", folder.path));
    }
  },
});

// 1,600 draws: their lines alone are more than the disk takes.
const LARGE = [
  ...["--servers", "8", "--spawn-interval", "0s", "--lifetime", "2s"],
  ...["--interval", "0.01s"],
];

/** A primary that never comes back. */
const UNDELIVERED = [
  ...["--servers", "2", "--lifetime", "20s", "--crash", "primary@5s"],
];

for (
  const [what, args] of [
    ["sim --history", ["sim", ...LARGE]],
    ["start --history", ["start", "--port", "0", ...LARGE]],
    ["sim --trace", ["sim", ...LARGE]],
    ["sim --report", ["sim", ...LARGE]],
    ["compare --report", ["compare", ...LARGE]],
  ] as const
) {
  Deno.test({
    name: `${what} says that a disk was too small, and exits 3`,
    ignore: !CAN_MOUNT,
    async fn() {
      using logs = new LogFolder();
      using folder = new LogFolder();
      assert(await mount(folder.path, "8k"));
      try {
        const [command, flag] = what.split(" ");
        assert(flag !== undefined);
        const path = `${folder.path}/file`;
        await using program = new Program([
          ...args,
          ...command === "start" ? ["--log-dir", logs.path] : [],
          ...[flag, path],
        ], ["--allow-read=."]);
        const { code, stdout, stderr } = await program.ended;
        assertEquals(code, 3, stderr);
        assertMatch(stdout, /CONVERGED: |reproduce/);
        if (flag === "--report") {
          assertEquals(
            stderr,
            `error: Cannot write the report to ${path}: No space left on device (os error 28)\n`,
          );
          assertEquals([...Deno.readDirSync(folder.path)], []);
        } else {
          assertEquals(
            stderr,
            `The ${
              flag.slice(2)
            } is cut short: No space left on device (os error 28)\n`,
          );
          assertMatch(Deno.readTextFileSync(path), /},?\n$/);
        }
      } finally {
        assert(await succeeds("umount", folder.path));
      }
    },
  });
}

for (
  const args of [
    ["explore", "--delivery", "at-least-once", "--exact"],
    ["explore", "--replay", "draw0,deliver0"],
    ["sim", "--check", ...UNDELIVERED],
    ["shrink", "1", ...UNDELIVERED],
  ]
) {
  Deno.test({
    name: `${args[0]} ${
      args[1]
    } --diagram leaves what is there on a disk that is full, says so, and exits 3`,
    ignore: !CAN_MOUNT,
    async fn() {
      using folder = new LogFolder();
      assert(await mount(folder.path, "8k"));
      try {
        const path = `${folder.path}/story.mmd`;
        Deno.writeTextFileSync(path, "an earlier story");
        using _ballast = fill(folder);
        await using program = new Program(
          [...args, "--diagram", path],
          ["--allow-read=."],
        );
        const { code, stderr } = await program.ended;
        assertEquals(code, 3, stderr);
        assertMatch(
          stderr,
          /error: Cannot write the diagram to .*: No space left on device \(os error 28\)\n$/,
        );
        assertEquals(Deno.readTextFileSync(path), "an earlier story");
        const names = [...Deno.readDirSync(folder.path)].map(({ name }) =>
          name
        );
        assertEquals(names.toSorted(), ["ballast", "story.mmd"]);
      } finally {
        assert(await succeeds("umount", folder.path));
      }
    },
  });
}

const READS = ["--allow-read=/tmp"];

Deno.test({
  name:
    "sim --runs-file on a disk that becomes full exits 3 with whole lines, from which the same command goes on",
  ignore: !CAN_MOUNT,
  async fn() {
    using folder = new LogFolder();
    assert(await mount(folder.path));
    try {
      const path = `${folder.path}/runs.jsonl`;
      const sweep = [
        ...["sim", "--servers", "2", "--lifetime", "10s", "--seed", "1"],
        ...["--runs", "400", "--workers", "1"],
      ];
      const file = ["--runs-file", path];
      await using full = new Program([...sweep, ...file], READS);
      const { code, stderr } = await full.ended;
      assertEquals(code, 3, stderr);
      assertMatch(
        stderr,
        /error: Cannot write runs to .*runs\.jsonl: No space left on device \(os error 28\); the same command goes on with .*runs\.jsonl\n$/,
      );
      const text = Deno.readTextFileSync(path);
      assert(text.endsWith("}\n"));
      assertGreater(text.split("\n").length, 100);
      assert(
        await succeeds("mount", "-o", "remount,size=1m", folder.path),
      );
      await using more = new Program([...sweep, ...file], READS);
      await using whole = new Program(sweep, READS);
      const [again, one] = await Promise.all([more.ended, whole.ended]);
      assertEquals([again.code, again.stdout], [one.code, one.stdout]);
      assert(Deno.readTextFileSync(path).startsWith(text));
    } finally {
      assert(await succeeds("umount", folder.path));
    }
  },
});
