import { assert, assertEquals, assertMatch } from "@std/assert";
import { servePrimary } from "../../primary.ts";
import { Peer } from "../live/peer.ts";
import { freePorts } from "./free_ports.ts";
import { CAN_RUN, LogFolder, Program } from "./program.ts";

const SHORT = [
  "--servers",
  "3",
  "--lifetime",
  "1.2s",
  "--interval",
  "0.1s..0.3s",
  "--spawn-interval",
  "20ms",
];

function parent(port: number, logDir: string, ...more: string[]): Program {
  return new Program([
    "parent",
    ...SHORT,
    "--port",
    `${port}`,
    "--log-dir",
    logDir,
    ...more,
  ]);
}

Deno.test({
  name: "runParent() starts and replaces nothing when there is no primary",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    const names = ["ParentProcessStatus", "history", "report"];
    const earlier = folder.putEarlier(...names);
    const [port = 0] = freePorts(1);
    await using program = parent(
      port,
      folder.path,
      ...["--history", `${folder.path}/history`],
      ...["--report", `${folder.path}/report`],
    );
    const { code, stdout, stderr } = await program.ended;
    assertEquals(code, 4);
    assertEquals(stdout, "");
    assertMatch(stderr, new RegExp(`^error: .*127\\.0\\.0\\.1:${port}.*\\n$`));
    const left = Array.from(Deno.readDirSync(folder.path), ({ name }) => name);
    assertEquals(left.filter((name) => !name.endsWith(".lock")).sort(), names);
    assertEquals(earlier(), names);
  },
});

for (
  const [what, serve, told] of [
    ["a web server", () => new Response("hello"), 'it answers "HTTP/1\\.1 '],
    [
      "a server that is silent",
      null,
      "it takes connections and answers nothing",
    ],
  ] as const
) {
  Deno.test({
    name: `runParent() takes ${what} for no primary, and starts nothing`,
    ignore: !CAN_RUN,
    async fn() {
      using folder = new LogFolder();
      await using server = serve === null
        ? new Peer(() => {})
        : webServer(serve);
      await using program = parent(server.port, folder.path, "--json");
      const { code, stdout, stderr } = await program.ended;
      assertEquals([code, stdout], [4, ""]);
      assertMatch(stderr, new RegExp(`^error: .*no primary .*${told}.*\\n$`));
      const left = Array.from(Deno.readDirSync(folder.path));
      assert(left.every(({ name }) => name.endsWith(".lock")));
    },
  });
}

/** A web server on a free port. */
function webServer(
  handle: () => Response,
): AsyncDisposable & { readonly port: number } {
  const hostname = "127.0.0.1";
  const options = { hostname, port: 0, onListen: () => {} };
  const server = Deno.serve(options, handle);
  return {
    port: server.addr.port,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test({
  name: "runParent() waits for a primary that comes late",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    using primaryFolder = new LogFolder();
    const [port = 0] = freePorts(1);
    await using program = parent(port, folder.path, "--json");
    const primary = await servePrimary({ port, logDir: primaryFolder.path });
    const { code, stderr } = await program.ended;
    await primary.stop();
    assertEquals(code, 0, stderr);
  },
});

for (const delivery of ["crdt", "at-least-once"]) {
  Deno.test({
    name:
      `runParent() is not disturbed by what the primary held before: ${delivery}`,
    ignore: !CAN_RUN,
    async fn() {
      using folder = new LogFolder();
      using primaryFolder = new LogFolder();
      const primary = await servePrimary({
        port: 0,
        logDir: primaryFolder.path,
      });
      const counted: number[] = [];
      for (let run = 0; run < 2; run++) {
        await using program = parent(
          primary.port,
          folder.path,
          "--json",
          "--delivery",
          delivery,
        );
        const { code, stdout, stderr } = await program.ended;
        assertEquals(code, 0, stderr);
        counted.push(JSON.parse(stdout).counted);
      }
      await primary.stop();
      assert(counted.every((likes) => likes > 0));
    },
  });
}

Deno.test({
  name:
    "runParent() counts right beside likes servers of the same names in marked modes",
  ignore: !CAN_RUN,
  async fn() {
    using primaryFolder = new LogFolder();
    using left = new LogFolder();
    using right = new LogFolder();
    const primary = await servePrimary({ port: 0, logDir: primaryFolder.path });
    const ends = await Promise.all([
      parent(primary.port, left.path, "--json", "--delivery", "crdt").ended,
      parent(primary.port, right.path, "--json", "--delivery", "dedup").ended,
    ]);
    await primary.stop();
    for (const { code, stdout, stderr } of ends) {
      assertEquals(code, 0, stderr);
      assert(JSON.parse(stdout).converged);
    }
  },
});

Deno.test({
  name: "runParent() keeps a second parent from the same log folder",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    using primaryFolder = new LogFolder();
    const primary = await servePrimary({ port: 0, logDir: primaryFolder.path });
    await using first = new Program([
      "parent",
      ...["--servers", "1", "--port", `${primary.port}`],
      ...["--interval", "0.1s", "--log-dir", folder.path],
    ]);
    await first.line(/^LikesServer0 .* draw /);
    const before = folder.lines("ParentProcessStatus")[0];
    await using second = parent(primary.port, folder.path);
    const { code, stderr } = await second.ended;
    assertEquals(code, 2);
    assertMatch(stderr, /^error: .*parent is already running/);
    assertEquals(folder.lines("ParentProcessStatus")[0], before);
    first.kill("SIGINT");
    assertEquals((await first.ended).code, 0);
    await primary.stop();
  },
});

Deno.test({
  name: "runParent() says in one line that the log folder is missing",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using program = parent(freePorts(1)[0]!, `${folder.path}/missing`);
    const { code, stderr } = await program.ended;
    assertEquals(code, 2);
    assertMatch(stderr, /^error: Cannot log to .*\/missing.*--log-dir\n$/);
  },
});

Deno.test({
  name:
    "runParent() puts one JSON document on stdout and everything else on stderr",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    using primaryFolder = new LogFolder();
    const primary = await servePrimary({ port: 0, logDir: primaryFolder.path });
    await using program = parent(
      primary.port,
      folder.path,
      "--json",
      "--seed",
      "7",
    );
    const { stdout, stderr } = await program.ended;
    await primary.stop();
    const verdict = JSON.parse(stdout);
    assertEquals(Object.keys(verdict), [
      "converged",
      "generated",
      "acknowledged",
      "counted",
      "undelivered",
      "lost",
      "countedTwice",
      "discarded",
      "convergenceSeconds",
      "delivery",
      "seed",
      "reports",
      "messages",
      "bytes",
      "retries",
      "duplicates",
      "rejected",
      "wallSeconds",
      "divergence",
      "stalenessSeconds",
      "faults",
      "command",
      "servers",
    ]);
    assertEquals(Object.keys(verdict.servers[0]), [
      "name",
      "generated",
      "acknowledged",
      "counted",
      "undelivered",
      "lost",
      "countedTwice",
      "discarded",
      "exit",
    ]);
    assertEquals(Object.keys(verdict.divergence), [
      "mean",
      "p50",
      "p95",
      "p99",
      "max",
    ]);
    assertEquals(verdict.seed, 7);
    assertMatch(verdict.command, /^deno task parent .*--seed 7$/);
    assertMatch(stderr, /^LikesServer0 \d+\.\d{4} draw seq=1 /m);
  },
});
