import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type HistoryFile,
  HistoryLog,
} from "../../../lib/live/run/history_log.ts";
import { StartError } from "../../../lib/platform/start_error.ts";
import { parseEvent } from "../../../lib/verdict/history.ts";
import { granted } from "../../permissions.ts";

const ignore = !granted({ read: ["/tmp"], write: ["/tmp"] });

Deno.test({
  name: "HistoryLog.end() leaves every event in the file, in whole lines",
  ignore,
  async fn() {
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
      const log = HistoryLog.create(path, () => {});
      for (const event of events) log.add(event);
      assertEquals(await log.end(), true);
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
  async fn() {
    const folder = Deno.makeTempDirSync({ dir: "/tmp", prefix: "likes-" });
    try {
      Deno.writeTextFileSync(`${folder}/precious`, "precious");
      Deno.linkSync(`${folder}/precious`, `${folder}/history`);
      const log = HistoryLog.create(`${folder}/history`, () => {});
      log.add({ t: 0, kind: "crash" });
      assertEquals(await log.end(), true);
      assertEquals(Deno.readTextFileSync(`${folder}/precious`), "precious");
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});

/** A disk that writes when it is told to, as much as it is told to. */
class SlowDisk implements HistoryFile {
  text = "";
  isClosed = false;
  #bytesLeft: number;
  #isReady = Promise.withResolvers<void>();

  constructor(bytes = Infinity) {
    this.#bytesLeft = bytes;
  }

  /** From now on it writes what it is given. */
  ready(): void {
    this.#isReady.resolve();
  }

  async write(bytes: Uint8Array): Promise<number> {
    await this.#isReady.promise;
    const count = Math.min(bytes.length, this.#bytesLeft);
    if (count === 0) throw new Error("No space left on device (os error 28)");
    this.#bytesLeft -= count;
    this.text += new TextDecoder().decode(bytes.subarray(0, count));
    return count;
  }

  truncate(length = 0): Promise<void> {
    this.text = this.text.slice(0, length);
    return Promise.resolve();
  }

  close(): void {
    this.isClosed = true;
  }
}

const EVENT = {
  t: 1,
  kind: "nak",
  server: 3,
  reason: "x".repeat(200),
} as const;

Deno.test("HistoryLog.add() waits for no disk", async () => {
  const disk = new SlowDisk();
  const log = new HistoryLog(disk, () => {});
  for (let i = 0; i < 5_000; i++) log.add(EVENT);
  const ended = log.end();
  assertEquals([disk.text, disk.isClosed], ["", false]);
  disk.ready();
  assertEquals(await ended, true);
  assertEquals(disk.text.split("\n").length, 5_001);
  assert(disk.isClosed);
});

Deno.test("HistoryLog.end() says that a full disk has cut the history short, after its last whole line", async () => {
  const complaints: string[] = [];
  const disk = new SlowDisk(100_000);
  disk.ready();
  const log = new HistoryLog(disk, (text) => complaints.push(text));
  for (let i = 0; i < 5_000; i++) log.add(EVENT);
  assertEquals(await log.end(), false);
  assertEquals(complaints, [
    "The history is cut short: No space left on device (os error 28)",
  ]);
  assert(disk.text.length > 99_000 && disk.text.endsWith("}\n"));
});

Deno.test("HistoryLog ends where what waits for the disk reaches its bound", async () => {
  const complaints: string[] = [];
  const disk = new SlowDisk();
  const log = new HistoryLog(disk, (text) => complaints.push(text));
  for (let i = 0; i < 300_000; i++) log.add(EVENT);
  assertEquals(complaints, [
    "The history is cut short: the disk is slower than the run",
  ]);
  disk.ready();
  assertEquals(await log.end(), false);
  assert(disk.text.endsWith("}\n"));
});

Deno.test("HistoryLog.caughtUp() waits where the disk is far behind", async () => {
  const disk = new SlowDisk();
  const log = new HistoryLog(disk, () => {});
  log.add(EVENT);
  await log.caughtUp();
  for (let i = 0; i < 30_000; i++) log.add(EVENT);
  const caughtUp = log.caughtUp();
  assertEquals(disk.text, "");
  disk.ready();
  await caughtUp;
  assert(disk.text.length > 4_000_000);
  assertEquals(await log.end(), true);
});

Deno.test({
  name: "HistoryLog says which flag names another file if it cannot be created",
  ignore,
  fn() {
    assertThrows(
      () => HistoryLog.create("/tmp/likes-no-such-folder/history", () => {}),
      StartError,
      "--history",
    );
  },
});
