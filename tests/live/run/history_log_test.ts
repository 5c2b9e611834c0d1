import { assertEquals, assertThrows } from "@std/assert";
import { HistoryLog } from "../../../lib/live/run/history_log.ts";
import { StartError } from "../../../lib/platform/start_error.ts";
import { parseEvent } from "../../../lib/verdict/history.ts";
import { granted } from "../../permissions.ts";

const ignore = !granted({ read: ["/tmp"], write: ["/tmp"] });

Deno.test({
  name: "HistoryLog holds every event when it is closed, in whole lines",
  ignore,
  fn() {
    const folder = Deno.makeTempDirSync({ dir: "/tmp", prefix: "likes-" });
    try {
      const path = `${folder}/history`;
      Deno.writeTextFileSync(path, "the history of an earlier run\n");
      const events = Array.from({ length: 5_000 }, (_, i) => ({
        t: i / 10,
        kind: "draw" as const,
        server: 3,
        seq: i + 1,
        likes: i % 43,
        total: i,
      }));
      {
        using log = new HistoryLog(path, () => {});
        for (const event of events) log.add(event);
      }
      const lines = Deno.readTextFileSync(path).split("\n");
      assertEquals(lines.pop(), "");
      assertEquals(lines.map(parseEvent), events);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "HistoryLog leaves alone what a link in its place leads to",
  ignore,
  fn() {
    const folder = Deno.makeTempDirSync({ dir: "/tmp", prefix: "likes-" });
    try {
      Deno.writeTextFileSync(`${folder}/precious`, "precious");
      Deno.linkSync(`${folder}/precious`, `${folder}/history`);
      using log = new HistoryLog(`${folder}/history`, () => {});
      log.add({ t: 0, kind: "crash" });
      assertEquals(Deno.readTextFileSync(`${folder}/precious`), "precious");
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "HistoryLog says which flag names another file if it cannot be created",
  ignore,
  fn() {
    assertThrows(
      () => new HistoryLog("/tmp/likes-no-such-folder/history", () => {}),
      StartError,
      "--history",
    );
  },
});
