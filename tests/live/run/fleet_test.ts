import { assert, assertEquals } from "@std/assert";
import { parseInvocation } from "../../../lib/cli/invocation.ts";
import { Fleet } from "../../../lib/live/run/fleet.ts";
import { LiveHistory } from "../../../lib/live/run/live_history.ts";
import { ServerRecord } from "../../../lib/live/run/server_record.ts";
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
function smallFleet(): { fleet: Fleet; record: ServerRecord; notes: string[] } {
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
  const record = new ServerRecord(0, [0, 0], delivery, history);
  const notes: string[] = [];
  const fleet = new Fleet({
    run: invocation.options,
    port: 1,
    records: [record],
    status: new StatusLog({
      sink: { append: () => {} },
      nowMs: () => 0,
      onLine: () => {},
      onNote: () => {},
    }),
    onLine: () => {},
    onNote: (text) => notes.push(text),
    onLife: () => {},
  });
  return { fleet, record, notes };
}

Deno.test({
  name:
    "Fleet.run() goes on without a likes server that cannot be started, and says why",
  async fn() {
    const cases: [Error, string][] = [
      [
        new Deno.errors.NotFound("No such file\nat somewhere"),
        "No such file",
      ],
      [
        new Error("Too many open files (os error 24)"),
        "Too many open files (os error 24)",
      ],
    ];
    for (const [error, reason] of cases) {
      using _ = noProcesses(error);
      const { fleet, record, notes } = smallFleet();
      await fleet.run();
      assertEquals(record.notRun, `it could not be started: ${reason}`);
      assertEquals(notes, [`Cannot start LikesServer0: ${reason}`]);
    }
  },
});
