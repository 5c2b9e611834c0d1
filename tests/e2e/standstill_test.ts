import { assertEquals, assertMatch } from "@std/assert";
import { CAN_RUN, LogFolder, outside, Program } from "./program.ts";

/** Longer than a run and its time to deliver, in milliseconds. */
const STANDSTILL_MS = 9_000;

/** Stops processes, and continues them all after a while. */
function freeze(pids: readonly number[]): Promise<string> {
  return outside(`
    const pids = ${JSON.stringify(pids)};
    for (const pid of pids) Deno.kill(pid, "SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, ${STANDSTILL_MS}));
    for (const pid of pids) Deno.kill(pid, "SIGCONT");
  `);
}

Deno.test({
  name:
    "start delivers everything after all its processes stood still for longer than the rest of the run, its network among them",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using program = new Program([
      ...["start", "--port", "0", "--servers", "2", "--lifetime", "7s"],
      ...["--spawn-interval", "100ms", "--interval", "50ms..200ms"],
      ...["--drain", "1s", "--loss", "0.01", "--log-dir", folder.path],
    ]);
    const [, primary] = await program.line(/^Primary.* started pid (\d+)$/);
    for (const id of [0, 1]) {
      await program.line(new RegExp(`^LikesServer${id} .* ACK `));
    }
    await freeze([program.pid, Number(primary), ...folder.pids()]);
    const { code, stdout, stderr } = await program.ended;
    assertEquals(code, 0, stderr);
    assertMatch(stdout, /^LikesServer0 [\d.]+ stalled ms=\d+/m);
    assertMatch(stdout, /^CONVERGED: /m);
  },
});

Deno.test({
  name:
    "start gives a likes server its time that it could start only after the planned end, as the parent stood still",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using program = new Program([
      ...["start", "--port", "0", "--servers", "2", "--lifetime", "1s"],
      ...["--spawn-interval", "5s", "--interval", "50ms..200ms"],
      ...["--drain", "1s", "--log-dir", folder.path],
    ]);
    await program.line(/^LikesServer0 .* ACK /);
    await freeze([program.pid]);
    const { code, stdout, stderr } = await program.ended;
    assertEquals(code, 0, stderr);
    assertMatch(stdout, /^LikesServer1 [\d.]+ ACK /m);
    assertMatch(stdout, /^CONVERGED: /m);
  },
});
