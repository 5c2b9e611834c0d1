import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseInvocation } from "../../../lib/cli/invocation.ts";
import { LiveDisplay } from "../../../lib/live/pages/live_display.ts";
import type { LiveRunState } from "../../../lib/live/run/live_run.ts";
import { LiveHistory } from "../../../lib/live/run/live_history.ts";
import { Output } from "../../../lib/platform/output.ts";
import { ServerRecord } from "../../../lib/live/run/server_record.ts";
import { parseStats } from "../../../lib/live/primary/stats.ts";
import { Meter } from "../../../lib/verdict/meter.ts";
import { judge } from "../../../lib/verdict/verdict.ts";
import { granted } from "../../permissions.ts";
import { TestPrimary } from "../primary/line_client.ts";
import { Peer, say } from "../peer.ts";

/** A stream that keeps what is written to it. */
class Written {
  text = "";
  readonly output: Output;

  constructor(isTerminal = false) {
    const sink = {
      write: (bytes: Uint8Array) => {
        this.text += new TextDecoder().decode(bytes);
        return Promise.resolve(bytes.length);
      },
    };
    this.output = new Output(sink, { isTerminal });
  }
}

/**
 * Until it is disposed of, what is to be done again and again waits to be
 * called.
 */
function withoutClock(): Disposable & { repeated: (() => unknown)[] } {
  const { setInterval } = globalThis;
  const repeated: (() => unknown)[] = [];
  Object.assign(globalThis, {
    setInterval: (action: () => unknown) => void repeated.push(action),
  });
  return {
    repeated,
    [Symbol.dispose]() {
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
    using clock = withoutClock();
    const screen = new Written(true).output;
    using display = new LiveDisplay(invocation.options, {
      stdout: screen,
      stderr: screen,
    });
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
    const [, ask] = clock.repeated;
    assert(ask !== undefined);
    await ask();
    assertEquals([first.received.length, second.received.length], [1, 0]);
    port = second.port;
    await ask();
    assertEquals([first.received.length, second.received.length], [1, 1]);
  },
});

Deno.test({
  name:
    "LiveDisplay shows likes acknowledged since its last question as likes at the primary",
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
    await using peer = new Peer((connection) => say(connection, "TOTAL 60\n"));
    const account = { generated: 90, acknowledged: 60 };
    const records = [account] as unknown as LiveRunState["records"];
    using clock = withoutClock();
    const screen = new Written(true);
    const streams = { stdout: screen.output, stderr: screen.output };
    using display = new LiveDisplay(invocation.options, streams);
    display.onBegin({
      ...{ nowTicks: 0, alive: 1, records, meter: new Meter() },
      primary: { port: peer.port, before },
    });
    const [draw, ask] = clock.repeated;
    await ask?.();
    account.acknowledged = 85;
    draw?.();
    await screen.output.idle();
    assertMatch(
      screen.text,
      /\b85 acknowledged, 85 (?:counted|at the primary)/,
    );
  },
});

Deno.test("LiveDisplay colours lines that tell of faults, and no others, where there are colours", async () => {
  const invocation = parseInvocation(["start"], {
    program: "likes",
    drawSeed: () => 0,
  });
  assert(invocation.command === "start");
  for (const isColoured of [false, true]) {
    const screen = new Written(true);
    Object.defineProperty(screen.output, "isColoured", { value: isColoured });
    const streams = { stdout: screen.output, stderr: screen.output };
    using display = new LiveDisplay(invocation.options, streams);
    display.onLine("LikesServer0", "0.5000 draw seq=1 likes=37 total=37");
    display.onLine(
      "LikesServer0",
      "2.5000 no answer attempt=1 seq=1 acknowledged=0 settled=0 none within 2 s",
    );
    display.onNote("LikesServer0 is overdue");
    display.note("Dashboard: http://127.0.0.1:54380/");
    await screen.output.idle();
    const [yellow, plain] = isColoured ? ["\x1b[33m", "\x1b[0m"] : ["", ""];
    assertEquals(screen.text.split("\n"), [
      "LikesServer0 0.5000 draw seq=1 likes=37 total=37",
      `${yellow}LikesServer0 2.5000 no answer attempt=1 seq=1 acknowledged=0 settled=0 none within 2 s${plain}`,
      `${yellow}LikesServer0 is overdue${plain}`,
      "Dashboard: http://127.0.0.1:54380/",
      "",
    ]);
  }
});

Deno.test("LiveDisplay names each likes server that could not be run, and why, and exits 1", async () => {
  const invocation = parseInvocation(["start", "--servers", "3"], {
    program: "likes",
    drawSeed: () => 0,
  });
  assert(invocation.command === "start");
  const { options } = invocation;
  const { delivery } = options.run;
  const history = new LiveHistory({
    delivery,
    onSending: () => {},
    onReading: () => {},
    onEvent: () => {},
  });
  const records = [0, 1, 2].map((id) =>
    new ServerRecord(id, [0, id], delivery, history)
  );
  const [stdout, stderr] = [new Written(), new Written()];
  using display = new LiveDisplay(options, {
    stdout: stdout.output,
    stderr: stderr.output,
  });
  const verdict = judge(
    { delivery, seed: 0 },
    records.map(({ name }, id) => ({
      name,
      ...{ draws: 1, generated: 0, acknowledged: 0, pending: 0, counted: 0 },
      ...id < 2 && { notRun: "it ended with code 2" },
    })),
  );
  display.onBegin({ nowTicks: 0, alive: 0, records, meter: new Meter() });
  const code = display.tellVerdict(verdict);
  await stderr.output.idle();
  await stdout.output.idle();
  assertEquals(code, 1);
  assertEquals(
    stderr.text,
    "error: LikesServer0 could not be run: it ended with code 2\n" +
      "error: LikesServer1 could not be run: it ended with code 2\n",
  );
});
