import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { EngineFolder, RECIPES, run, SEED, works } from "./engine.ts";

const HAS_PARALLEL = await works("parallel", "--version");
const HAS_SSHD = await works("/usr/sbin/sshd", "-V") ||
  (await works("which", "/usr/sbin/sshd"));

const SHARDS = "8";
const SWEEP = [
  ...["sim", "--servers", "400", "--lifetime", "60s", ...SEED],
  ...["--runs", "600", "--partition", "5s..9s:->primary"],
  ...["--delivery", "at-least-once"],
];

/** Exit codes in a job log of GNU parallel, by shard. */
function exitCodes(path: string): Map<string, number[]> {
  const codes = new Map<string, number[]>();
  for (
    const row of Deno.readTextFileSync(path).trimEnd().split("\n").slice(1)
  ) {
    const cells = row.split("\t");
    const shard = /--shard (\d+)\//.exec(row)?.[1] ?? "";
    const code = Number(cells[6]) || 128 * Number(cells[7] !== "0");
    codes.set(shard, [...codes.get(shard) ?? [], code]);
  }
  return codes;
}

Deno.test({
  name:
    "parallel.sh: shards, of which one is killed and repeated, come to what one process says",
  ignore: !HAS_PARALLEL,
  async fn() {
    using folder = new EngineFolder();
    const results = `${folder.path}/results`;
    const sweep = ["bash", `${RECIPES}parallel.sh`, SHARDS, results, ...SWEEP];
    const env = { LIKES: folder.likes };
    const done = run(sweep, { env });
    await folder.killOnce(`${results}/2.jsonl`, `2/${SHARDS}`);
    const { code, stderr } = await done;
    assertEquals(code, 0, stderr);
    const texts = folder.textsIn("results");
    assertEquals(texts.length, 8);
    const files = texts.map((_, k) => `${results}/${k}.jsonl`);
    const merged = await folder.run(["merge", ...files]);
    const one = await folder.run(SWEEP);
    assertEquals([merged.stderr, merged.code], ["", one.code]);
    assertEquals(merged.stdout, one.stdout);
    // Nothing is left to do.
    const again = await run(sweep, { env });
    assertEquals(again.code, 0, again.stderr);
    assertEquals(folder.textsIn("results"), texts);
    // Another sweep is not taken for it.
    const other = await run([...sweep, "--loss", "0.1"], { env });
    assertEquals(other.code, 2);
    assertStringIncludes(other.stderr, "is of another sweep: 8 sim --servers");
    assertEquals(folder.textsIn("results"), texts);
  },
});

Deno.test({
  name:
    "parallel.sh: the same line again does with --resume-failed what failed and what was not begun",
  ignore: !HAS_PARALLEL,
  async fn() {
    using folder = new EngineFolder();
    const results = `${folder.path}/results`;
    const sweep = ["bash", `${RECIPES}parallel.sh`, SHARDS, results, ...SWEEP];
    // A machine on which shard 2 cannot run, whatever is tried.
    const broken = `${folder.path}/broken`;
    Deno.writeTextFileSync(
      broken,
      `#!/bin/sh\ncase "$*" in *"--shard 2/"*) kill -9 $$ ;; esac\nexec '${folder.likes}' "$@"\n`,
      { mode: 0o755 },
    );
    const first = await run(sweep, { env: { LIKES: broken } });
    assertEquals(first.code, 1, first.stderr);
    const log = `${results}/joblog`;
    const failed = exitCodes(log);
    assert(failed.get("2")?.every((code) => code !== 0), `${failed.get("2")}`);
    assertEquals(failed.get("3"), [0]);
    const second = await run(sweep, { env: { LIKES: folder.likes } });
    assertEquals(second.code, 0, second.stderr);
    const codes = exitCodes(log);
    assertEquals(codes.get("2")?.at(-1), 0);
    assertEquals(codes.get("3"), [0]); // not done again
    const merged = await folder.run(
      ["merge", "-"],
      folder.textsIn("results").join(""),
    );
    assertEquals(merged.stdout, (await folder.run(SWEEP)).stdout);
  },
});

Deno.test({
  name:
    "parallel-ssh.sh: shards on another host, of which one is killed and repeated, come to what one process says",
  ignore: !HAS_PARALLEL || !HAS_SSHD,
  async fn() {
    using folder = new EngineFolder();
    await using host = await SshHost.start(folder.path);
    const hosts = `${folder.path}/hosts`;
    Deno.writeTextFileSync(hosts, `2/${host.command}\n`);
    const results = `${folder.path}/results`;
    const done = run([
      ...["bash", `${RECIPES}parallel-ssh.sh`, hosts, SHARDS, results],
      ...SWEEP,
    ], { env: { LIKES: folder.likes } });
    await folder.killOnce(null, `0/${SHARDS}`);
    const { code, stderr } = await done;
    assertEquals(code, 0, stderr);
    const texts = folder.textsIn("results");
    assertEquals(texts.length, 8);
    const merged = await folder.run(["merge", "-"], texts.join(""));
    const one = await folder.run(SWEEP);
    assertEquals([merged.stderr, merged.code], ["", one.code]);
    assertEquals(merged.stdout, one.stdout);
  },
});

Deno.test({
  name: "parallel-ssh.sh: another sweep in the same folder is refused",
  ignore: !HAS_PARALLEL,
  async fn() {
    using folder = new EngineFolder();
    const results = `${folder.path}/results`;
    // GNU parallel's name for this machine, without ssh.
    const hosts = `${folder.path}/hosts`;
    Deno.writeTextFileSync(hosts, "1/:\n");
    const sweep = (runs: string) =>
      run([
        ...["bash", `${RECIPES}parallel-ssh.sh`, hosts, "2", results],
        ...["sim", "--runs", runs, "--lifetime", "10s", ...SEED],
      ], { env: { LIKES: folder.likes } });
    const first = await sweep("4");
    assertEquals(first.code, 0, first.stderr);
    const texts = folder.textsIn("results");
    assertEquals(texts.length, 2);
    const other = await sweep("6");
    assertEquals(other.code, 2);
    assertStringIncludes(other.stderr, "is of another sweep: 2 sim --runs 4");
    assertEquals(folder.textsIn("results"), texts);
  },
});

/** A host that is this machine, by a real sshd on a port of its own. */
class SshHost {
  /** What reaches it, as GNU parallel takes it. */
  readonly command: string;
  readonly #daemon: Deno.ChildProcess;

  private constructor(command: string, daemon: Deno.ChildProcess) {
    this.command = command;
    this.#daemon = daemon;
  }

  static async start(folder: string): Promise<SshHost> {
    const keys = `${folder}/ssh`;
    Deno.mkdirSync(keys, { mode: 0o700 });
    for (const name of ["host", "user"]) {
      await run([
        ...["ssh-keygen", "-q", "-t", "ed25519", "-N", ""],
        ...["-f", `${keys}/${name}`],
      ]);
    }
    // Root's sshd wants an empty folder; nobody else's needs it.
    try {
      Deno.mkdirSync("/run/sshd", { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
    }
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr as Deno.NetAddr;
    listener.close();
    const daemon = new Deno.Command("/usr/sbin/sshd", {
      args: [
        ...["-D", "-e", "-f", "/dev/null", "-p", `${port}`],
        ...["-o", "ListenAddress=127.0.0.1", "-h", `${keys}/host`],
        ...["-o", `AuthorizedKeysFile=${keys}/user.pub`],
        ...["-o", "StrictModes=no", "-o", "PidFile=none", "-o", "UsePAM=no"],
        ...["-o", "MaxStartups=100"],
      ],
      stdout: "null",
      stderr: "piped",
    }).spawn();
    for await (const bytes of daemon.stderr) {
      const text = new TextDecoder().decode(bytes);
      if (text.includes("Server listening")) break;
    }
    const ssh = [
      ...["ssh", "-i", `${keys}/user`, "-p", `${port}`],
      ...["-o", "StrictHostKeyChecking=no", "-o", "BatchMode=yes"],
      ...["-o", `UserKnownHostsFile=${keys}/known`, "-o", "LogLevel=ERROR"],
    ].join(" ");
    return new SshHost(`${ssh} 127.0.0.1`, daemon);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#daemon.kill();
    await this.#daemon.status;
  }
}
