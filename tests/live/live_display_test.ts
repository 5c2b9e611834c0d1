import { assert, assertEquals } from "@std/assert";
import { parseInvocation } from "../../lib/cli/invocation.ts";
import { LiveDisplay } from "../../lib/live/live_display.ts";
import { parseStats } from "../../lib/live/stats.ts";
import { Meter } from "../../lib/verdict/meter.ts";
import { granted } from "../permissions.ts";
import { TestPrimary } from "./line_client.ts";
import { Peer, say } from "./peer.ts";

/** Until it is disposed of, standard output is a terminal, and what is to be done again and again waits to be called. */
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
