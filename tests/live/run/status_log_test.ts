import { assertEquals } from "@std/assert";
import { StatusLog } from "../../../lib/live/run/status_log.ts";

const AT = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

Deno.test("StatusLog writes the lives of likes servers, a line each, and passes each line on", () => {
  let text = "";
  const lines: string[] = [];
  const log = new StatusLog({
    sink: { append: (bytes) => text += new TextDecoder().decode(bytes) },
    nowMs: () => AT,
    onLine: (name, line) => lines.push(`${name} ${line}`),
    onNote: (message) => {
      throw new Error(message);
    },
  });
  log.parentStarted();
  log.started("LikesServer0", 4242, "00c0ffee00c0ffee");
  log.started("LikesServer1", 4243, "00c0ffee00c0ffef");
  log.ended(4242, { code: 0, signal: null });
  log.ended(4243, { code: 137, signal: "SIGKILL" });
  log.ended(4243, { code: 0, signal: null });
  log.notRun("LikesServer2", "Too many open files");
  log.parentCompleted();
  assertEquals(lines, [
    "ParentProcess started",
    "LikesServer0 started pid 4242 session 00c0ffee00c0ffee",
    "LikesServer1 started pid 4243 session 00c0ffee00c0ffef",
    "LikesServer0 ended pid 4242 code 0",
    "LikesServer1 ended pid 4243 signal SIGKILL",
    "ERROR unknown process ended pid 4243 code 0",
    "ERROR LikesServer2 could not be run: Too many open files",
    "ParentProcess completed",
  ]);
  assertEquals(
    text,
    lines.map((line) => `2026-01-02T03:04:05.678Z ${line}\n`).join(""),
  );
});

Deno.test("StatusLog goes on when the disk is full, and says so", () => {
  const notes: string[] = [];
  const lines: string[] = [];
  const log = new StatusLog({
    sink: {
      append() {
        throw new Error("No space left on device");
      },
    },
    nowMs: () => AT,
    onLine: (name, line) => lines.push(`${name} ${line}`),
    onNote: (message) => notes.push(message),
  });
  log.parentStarted();
  assertEquals(lines, ["ParentProcess started"]);
  assertEquals(notes, [
    'Cannot log "ParentProcess started" in ParentProcessStatus: No space left on device',
  ]);
});
