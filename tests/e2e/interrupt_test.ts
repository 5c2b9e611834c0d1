import { assert, assertEquals, assertMatch } from "@std/assert";
import { closeQuietly } from "../../lib/platform/close_quietly.ts";
import { CAN_RUN, LogFolder, Program, waitUntilGone } from "./program.ts";

const LONG = [
  "start",
  "--json",
  "--port",
  "0",
  "--servers",
  "4",
  "--spawn-interval",
  "20ms",
  "--interval",
  "50ms..200ms",
];

/** A trace tells of draws, and has its end. */
function assertWhole(trace: string): void {
  const events: { name: string }[] = JSON.parse(Deno.readTextFileSync(trace));
  assert(events.some(({ name }) => name === "draw"));
}

/**
 * A primary of the original kind, as it closes a connection on which a question
 * comes, that takes reports and never answers: nothing can be delivered.
 */
class SilentPrimary {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #connections: Deno.Conn[] = [];
  readonly #accepting = this.#accept();

  get port(): number {
    return this.#listener.addr.port;
  }

  async #accept(): Promise<void> {
    for await (const connection of this.#listener) {
      this.#connections.push(connection);
      const bytes = new Uint8Array(64);
      const length = await connection.read(bytes) ?? 0;
      const line = new TextDecoder().decode(bytes.subarray(0, length));
      if (!line.startsWith("LikesServer")) closeQuietly(connection);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) closeQuietly(connection);
    await this.#accepting.catch(() => {});
  }
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.test({
    name:
      `runStart() lets likes servers deliver and then gives the verdict: ${signal}`,
    ignore: !CAN_RUN,
    async fn() {
      using folder = new LogFolder();
      await using program = new Program([...LONG, "--log-dir", folder.path]);
      await program.line(/^LikesServer3 .* ACK /, 3);
      program.kill(signal);
      const { code, stdout, stderr } = await program.ended;
      assertEquals(code, 0, stderr);
      const verdict = JSON.parse(stdout);
      assert(verdict.converged);
      assert(verdict.generated > 0);
      // No flag says when somebody stopped it: its command is that of the whole
      // run, and it says so.
      const { afterSeconds, plannedSeconds } = verdict.stopped;
      assertEquals(plannedSeconds, 300.06);
      assert(afterSeconds > 0 && afterSeconds < verdict.wallSeconds);
      for (const server of verdict.servers) {
        assertEquals(server.exit, 0);
        assertEquals(server.generated, folder.likesOf(server.name));
      }
      const status = folder.lines("ParentProcessStatus");
      assertMatch(status.at(-1) ?? "", /ParentProcess completed$/);
      assertEquals(
        status.filter((line) => / ended .* code 0$/.test(line)).length,
        4,
      );
      await waitUntilGone(folder.pids());
    },
  });
}

Deno.test({
  name:
    "runStart() and its report say beside the command that it was cut short, and its trace is whole",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    const path = `${folder.path}/report.html`;
    const trace = `${folder.path}/trace.json`;
    await using program = new Program([
      ...LONG.filter((word) => word !== "--json"),
      ...["--log-dir", folder.path, "--report", path, "--trace", trace],
    ]);
    await program.line(/^LikesServer3 .* ACK /, 3);
    program.kill("SIGINT");
    const { code, stdout, stderr } = await program.ended;
    assertEquals(code, 0, stderr);
    assertMatch(
      stdout,
      /\nstopped +after [\d.]+ s of 300 s: the command below does the whole run, which begins the same\nreproduce +deno task start /,
    );
    const html = Deno.readTextFileSync(path);
    assertMatch(html, /<dt>stopped<\/dt><dd>after [\d.]+ s of 300 s: /);
    assert(html.includes("The command above does the whole run."));
    assertWhole(trace);
  },
});

Deno.test({
  name:
    "runParent() that is stopped when all lifetimes are over was a whole run",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using primary = new SilentPrimary();
    await using program = new Program([
      ...["parent", "--json", "--port", `${primary.port}`, "--servers", "1"],
      ...["--lifetime", "500ms", "--interval", "50ms..200ms"],
      ...["--ack-timeout", "200ms", "--drain", "3s"],
      ...["--log-dir", folder.path],
    ]);
    // It tells the time since its start.
    await program.line(/^LikesServer0 [1-9]\d*\.\d+ no answer /);
    program.kill("SIGINT");
    const { code, stdout, stderr } = await program.ended;
    assertEquals(code, 1, stderr);
    assertEquals("stopped" in JSON.parse(stdout), false);
  },
});

Deno.test({
  name: "runStart() goes on when Ctrl-Z asks it to stand still, and says so",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using program = new Program([...LONG, "--log-dir", folder.path]);
    await program.line(/^LikesServer3 .* ACK /);
    program.kill("SIGTSTP");
    await program.line(/^Ctrl-Z stops no live run: /);
    program.kill("SIGINT");
    const { code, stdout } = await program.ended;
    assertEquals([code, JSON.parse(stdout).converged], [0, true]);
  },
});

Deno.test({
  name: "runStart() starts no more likes servers after SIGINT",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using program = new Program([
      ...LONG,
      // A first draw of 0 would have generated nothing.
      ...["--likes", "1..42"],
      "--spawn-interval",
      "60s",
      "--log-dir",
      folder.path,
    ].filter((word, at, words) =>
      !(word === "20ms" || words[at + 1] === "20ms")
    ));
    await program.line(/^LikesServer0 .* ACK /);
    program.kill("SIGINT");
    const { code, stdout, stderr } = await program.ended;
    assertEquals(code, 0, stderr);
    const { servers } = JSON.parse(stdout);
    assert(servers[0].generated > 0);
    assertEquals(servers[1].generated, 0);
    assertEquals(servers[1].exit, undefined);
    assertEquals(folder.pids().length, 1);
  },
});

Deno.test({
  name:
    "runParent() stops at once after a second SIGINT, with a whole trace, and leaves no orphan",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    const trace = `${folder.path}/trace.json`;
    await using primary = new SilentPrimary();
    await using program = new Program([
      ...["parent", "--trace", trace],
      "--port",
      `${primary.port}`,
      "--servers",
      "3",
      "--spawn-interval",
      "20ms",
      "--interval",
      "50ms..200ms",
      "--log-dir",
      folder.path,
    ]);
    for (let id = 0; id < 3; id++) {
      await program.line(new RegExp(`^LikesServer${id} .* report `));
    }
    program.kill("SIGINT");
    // Signals within a moment are taken for one Ctrl-C: it is pressed again
    // with each sign of life.
    let hasEnded = false;
    program.ended.then(() => hasEnded = true);
    for (let sign = 1; !hasEnded; sign++) {
      await program.line(/ no answer /, sign).catch(() => {});
      if (!hasEnded) program.kill("SIGINT");
    }
    const { code } = await program.ended;
    assertEquals(code, 130);
    assertWhole(trace);
    assertEquals(folder.pids().length, 3);
    await waitUntilGone(folder.pids());
  },
});

Deno.test({
  name: "runStart() leaves no orphan when it is killed itself",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using program = new Program([...LONG, "--log-dir", folder.path]);
    await program.line(/^LikesServer3 .* ACK /);
    const [, primary] = await program.line(
      /^PrimaryLikesServer started pid (\d+)$/,
    );
    program.kill("SIGKILL");
    await program.ended;
    assertEquals(folder.pids().length, 4);
    await waitUntilGone([Number(primary), ...folder.pids()]);
  },
});
