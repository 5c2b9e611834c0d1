import { assert, assertEquals } from "@std/assert";
import { parseInvocation } from "../../../lib/cli/invocation.ts";
import { LiveDisplay } from "../../../lib/live/pages/live_display.ts";
import { LiveHistory } from "../../../lib/live/run/live_history.ts";
import { ServerRecord } from "../../../lib/live/run/server_record.ts";
import { parseStats } from "../../../lib/live/primary/stats.ts";
import { Meter } from "../../../lib/verdict/meter.ts";
import { judge } from "../../../lib/verdict/verdict.ts";
import { granted } from "../../permissions.ts";
import { TestPrimary } from "../primary/line_client.ts";
import { Peer, say } from "../peer.ts";

/**
 * Until it is disposed of, standard output is a terminal, and what is to be
 * done again and again waits to be called.
 */
function terminalWithoutClock(): Disposable & { repeated: (() => unknown)[] } {
  const { isTerminal } = Deno.stdout;
  const { setInterval } = globalThis;
  const repeated: (() => unknown)[] = [];
  Deno.stdout.isTerminal = () => true;
  Object.assign(globalThis, {
    setInterval: (action: () => unknown) => void repeated.push(action),
  });
  return {
    repeated,
    [Symbol.dispose]() {
      Deno.stdout.isTerminal = isTerminal;
      globalThis.setInterval = setInterval;
    },
  };
}

Deno.test({
  name: "LiveDisplay asks a primary that has moved where it is now",
  ignore: !granted({ net: ["127.0.0.1"], write: ["/tmp"] }),
  async fn() {
    const invocation = parseInvocation(["start"], {
      program: "likes",
      drawSeed: () => 0,
    });
    assert(invocation.command === "start");
    await using primary = await TestPrimary.start();
    using client = await primary.connect();
    const before = parseStats(await client.ask("STATS"));
    await using first = new Peer((connection) => say(connection, "TOTAL 1\n"));
    await using second = new Peer((connection) => say(connection, "TOTAL 2\n"));
    let { port } = first;
    using terminal = terminalWithoutClock();
    using display = new LiveDisplay(invocation.options);
    display.onBegin({
      nowTicks: 0,
      alive: 0,
      records: [],
      meter: new Meter(),
      primary: {
        get port() {
          return port;
        },
        before,
      },
    });
    const [, ask] = terminal.repeated;
    assert(ask !== undefined);
    await ask();
    assertEquals([first.received.length, second.received.length], [1, 0]);
    port = second.port;
    await ask();
    assertEquals([first.received.length, second.received.length], [1, 1]);
  },
});

/**
 * What is written to standard output and standard error while something is
 * done.
 */
function writtenIn(action: () => void): { stdout: string; stderr: string } {
  const written = { stdout: "", stderr: "" };
  const streams = ["stdout", "stderr"] as const;
  const before = streams.map((name) => Deno[name].writeSync);
  for (const name of streams) {
    Deno[name].writeSync = (bytes) => {
      written[name] += new TextDecoder().decode(bytes);
      return bytes.length;
    };
  }
  try {
    action();
  } finally {
    streams.forEach((name, i) => {
      const writeSync = before[i];
      assert(writeSync !== undefined);
      Deno[name].writeSync = writeSync;
    });
  }
  return written;
}

Deno.test("LiveDisplay says of a likes server that has run before that its likes are in the verdict", () => {
  const invocation = parseInvocation(["start", "--servers", "3"], {
    program: "likes",
    drawSeed: () => 0,
  });
  assert(invocation.command === "start");
  const { options } = invocation;
  const { delivery } = options;
  const history = new LiveHistory({
    delivery,
    onReporting: () => {},
    onEvent: () => {},
  });
  const records = [0, 1, 2].map((id) =>
    new ServerRecord(id, [0, id], delivery, history)
  );
  for (const record of records.slice(1)) {
    record.take({ kind: "started", tick: 1, seq: 0, total: 0 });
  }
  using display = new LiveDisplay(options);
  const verdict = judge(
    { delivery, seed: 0 },
    records.map(({ name }, id) => ({
      name,
      ...{ generated: 0, acknowledged: 0, pending: 0, counted: 0 },
      exit: id < 2 ? 2 : 0,
    })),
  );
  let code = 0;
  const { stderr } = writtenIn(() => {
    display.onBegin({ nowTicks: 0, alive: 0, records, meter: new Meter() });
    code = display.tellVerdict(verdict);
  });
  assertEquals(code, 1);
  assertEquals(
    stderr,
    "error: LikesServer0 could not be run: the verdict is on the others\n" +
      "error: LikesServer1 could not be run again: the verdict holds its likes until then\n",
  );
});
