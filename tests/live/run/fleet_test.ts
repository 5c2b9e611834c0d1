import { assert, assertEquals, assertRejects } from "@std/assert";
import { parseInvocation } from "../../../lib/cli/invocation.ts";
import { Fleet } from "../../../lib/live/run/fleet.ts";
import { LiveHistory } from "../../../lib/live/run/live_history.ts";
import { ServerRecord } from "../../../lib/live/run/server_record.ts";
import { StartError } from "../../../lib/platform/start_error.ts";
import { StatusLog } from "../../../lib/live/run/status_log.ts";

/** Until it is disposed of, no process can be started. */
function noProcesses(error: Error): Disposable {
  const { spawn } = Deno.Command.prototype;
  Deno.Command.prototype.spawn = () => {
    throw error;
  };
  return {
    [Symbol.dispose]() {
      Deno.Command.prototype.spawn = spawn;
    },
  };
}

/** A fleet of one likes server. */
function smallFleet(): Fleet {
  const invocation = parseInvocation(["parent", "--servers", "1"], {
    program: "likes",
    drawSeed: () => 0,
  });
  assert(invocation.command === "parent");
  const { delivery } = invocation.options;
  const history = new LiveHistory({
    delivery,
    onReporting: () => {},
    onEvent: () => {},
  });
  return new Fleet({
    run: invocation.options,
    port: 1,
    records: [new ServerRecord(0, [0, 0], delivery, history)],
    status: new StatusLog({ append: () => {} }, Date.now, () => {}),
    onLine: () => {},
    onNote: () => {},
    onLife: () => {},
  });
}

Deno.test("Fleet.run() names the permission only where that is what a likes server cannot be started for", async () => {
  const { NotCapable } = Deno.errors;
  const flag = `--allow-run=${Deno.execPath()}`;
  const cases: [Error, string][] = [
    [
      new NotCapable("Requires run access\nat somewhere"),
      `Requires run access (start with ${flag})`,
    ],
    [
      new Error("Too many open files (os error 24)"),
      "Too many open files (os error 24)",
    ],
  ];
  for (const [error, reason] of cases) {
    using _ = noProcesses(error);
    const { message } = await assertRejects(
      () => smallFleet().run(),
      StartError,
    );
    assertEquals(message, `Cannot start LikesServer0: ${reason}`);
  }
});
