import { assertEquals } from "@std/assert";
import { StatusLog } from "../../../lib/live/run/status_log.ts";

const AT = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

Deno.test("StatusLog writes the lives of likes servers, a line each", () => {
  let text = "";
  const log = new StatusLog(
    { append: (lines) => text += new TextDecoder().decode(lines) },
    () => AT,
    (message) => {
      throw new Error(message);
    },
  );
  log.parentStarted();
  log.started("LikesServer0", 4242, "00c0ffee00c0ffee");
  log.started("LikesServer1", 4243, "00c0ffee00c0ffef");
  log.ended(4242, { code: 0, signal: null });
  log.ended(4243, { code: 137, signal: "SIGKILL" });
  log.ended(4243, { code: 0, signal: null });
  log.parentCompleted();
  assertEquals(text.split("\n"), [
    "2026-01-02T03:04:05.678Z ParentProcess started",
    "2026-01-02T03:04:05.678Z LikesServer0 started pid 4242 session 00c0ffee00c0ffee",
    "2026-01-02T03:04:05.678Z LikesServer1 started pid 4243 session 00c0ffee00c0ffef",
    "2026-01-02T03:04:05.678Z LikesServer0 ended pid 4242 code 0",
    "2026-01-02T03:04:05.678Z LikesServer1 ended pid 4243 signal SIGKILL",
    "2026-01-02T03:04:05.678Z ERROR unknown process ended pid 4243 code 0",
    "2026-01-02T03:04:05.678Z ParentProcess completed",
    "",
  ]);
});

Deno.test("StatusLog goes on when the disk is full, and says so", () => {
  const told: string[] = [];
  const log = new StatusLog(
    {
      append() {
        throw new Error("No space left on device");
      },
    },
    () => AT,
    (message) => told.push(message),
  );
  log.parentStarted();
  assertEquals(told, [
    'Cannot log "ParentProcess started" in ParentProcessStatus: No space left on device',
  ]);
});
