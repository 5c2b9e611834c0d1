import { assert, assertEquals } from "@std/assert";
import { LineFile, type LineFileHandle } from "../../lib/platform/line_file.ts";

/** A disk that writes when it is told to, as much as it is told to. */
class SlowDisk implements LineFileHandle {
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

const LINE = "x".repeat(250);

Deno.test("LineFile.add() waits for no disk", async () => {
  const disk = new SlowDisk();
  const file = new LineFile(disk, () => {});
  for (let i = 0; i < 5_000; i++) file.add(LINE);
  const ended = file.end();
  assertEquals([disk.text, disk.isClosed], ["", false]);
  disk.ready();
  assertEquals(await ended, true);
  assertEquals(disk.text.split("\n").length, 5_001);
  assert(disk.isClosed);
});

Deno.test("LineFile.end() says that a full disk has cut it short, after its last whole line", async () => {
  const complaints: string[] = [];
  const disk = new SlowDisk(100_000);
  disk.ready();
  const file = new LineFile(disk, (text) => complaints.push(text));
  for (let i = 0; i < 5_000; i++) file.add(LINE);
  assertEquals(await file.end(), false);
  assertEquals(complaints, [
    "No space left on device (os error 28)",
  ]);
  assert(disk.text.length > 99_000 && disk.text.endsWith("x\n"));
});

Deno.test("LineFile ends where what waits for the disk reaches its bound", async () => {
  const complaints: string[] = [];
  const disk = new SlowDisk();
  const file = new LineFile(disk, (text) => complaints.push(text));
  for (let i = 0; i < 300_000; i++) file.add(LINE);
  assertEquals(complaints, [
    "the disk is slower than the run",
  ]);
  disk.ready();
  assertEquals(await file.end(), false);
  assert(disk.text.endsWith("x\n"));
});

Deno.test("LineFile counts against its bound only what waits for the disk", async () => {
  const disk: LineFileHandle = {
    write: (bytes) => Promise.resolve(bytes.length),
    truncate: () => Promise.resolve(),
    close: () => {},
  };
  const complaints: string[] = [];
  const file = new LineFile(disk, (text) => complaints.push(text));
  for (let part = 0; part < 15; part++) {
    for (let i = 0; i < 20_000; i++) file.add(LINE);
    await file.caughtUp();
  }
  assertEquals([await file.end(), complaints], [true, []]);
});

Deno.test("LineFile.caughtUp() waits where the disk is far behind", async () => {
  const disk = new SlowDisk();
  const file = new LineFile(disk, () => {});
  file.add(LINE);
  await file.caughtUp();
  for (let i = 0; i < 30_000; i++) file.add(LINE);
  const caughtUp = file.caughtUp();
  assertEquals(disk.text, "");
  disk.ready();
  await caughtUp;
  assert(disk.text.length > 4_000_000);
  assertEquals(await file.end(), true);
});
