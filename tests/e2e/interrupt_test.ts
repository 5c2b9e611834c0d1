import { assert, assertEquals, assertMatch } from "@std/assert";
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

for (const signal of ["SIGINT", "SIGTERM"] as const) {
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
  name: "runStart() starts no more likes servers after SIGINT",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using program = new Program([
      ...LONG,
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
  name: "runParent() stops at once after a second SIGINT and leaves no orphan",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    // Takes reports and never answers: nothing can be delivered in order.
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const connections: Deno.Conn[] = [];
    const accepting = (async () => {
      for await (const connection of listener) connections.push(connection);
    })();
    await using program = new Program([
      "parent",
      "--port",
      `${listener.addr.port}`,
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
    // Signals within a moment are taken for one Ctrl-C: it is pressed again with each sign of life.
    let hasEnded = false;
    program.ended.then(() => hasEnded = true);
    for (let sign = 1; !hasEnded; sign++) {
      await program.line(/ no answer /, sign).catch(() => {});
      if (!hasEnded) program.kill("SIGINT");
    }
    const { code } = await program.ended;
    assertEquals(code, 130);
    assertEquals(folder.pids().length, 3);
    await waitUntilGone(folder.pids());
    listener.close();
    await accepting.catch(() => {});
    for (const connection of connections) connection.close();
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
