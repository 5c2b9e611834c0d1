import { assert, assertEquals } from "@std/assert";
import { Progress } from "../../../lib/view/terminal/progress.ts";

const RUN = {
  elapsedMs: 30_000,
  lifetimeMs: 60_000,
  serversAlive: 10,
  servers: 10,
  generated: 2014,
  acknowledged: 2000,
};

function recorder(columns = 80, isColoured = false) {
  const written: string[] = [];
  const write = (text: string) => written.push(text);
  const screen = { isColoured, print: write, draw: write };
  return { written, progress: new Progress(screen, () => columns) };
}

Deno.test("Progress overwrites one line on a terminal", () => {
  const { written, progress } = recorder(200);
  progress.showRun(RUN);
  progress.showRun({ ...RUN, elapsedMs: 61_000, counted: 2014 });
  assertEquals(written, [
    "\r\x1b[K██████████░░░░░░░░░░ 30 of 60 s, 10 of 10 alive, likes: 2,014 generated, 2,000 acknowledged",
    "\r\x1b[K████████████████████ 61 of 60 s, 10 of 10 alive, likes: 2,014 generated, 2,000 acknowledged, 2,014 at the primary",
  ]);
});

Deno.test("Progress never fills the last column, for a line that wraps could not be overwritten", () => {
  for (let columns = 0; columns <= 200; columns++) {
    const { written, progress } = recorder(columns);
    progress.showRun(RUN);
    const line = written.join("").replace("\r\x1b[K", "");
    assert(line.length < Math.max(1, columns), `${line.length} of ${columns}`);
  }
});

Deno.test("Progress says all there is on a terminal of 80 columns, and the numbers on one of 40", () => {
  const run = {
    elapsedMs: 299_000,
    lifetimeMs: 309_000,
    serversAlive: 10,
    servers: 10,
    generated: 20_912,
    acknowledged: 20_898,
    counted: 20_905,
  };
  const lines = [80, 40].map((columns) => {
    const { written, progress } = recorder(columns);
    progress.showRun(run);
    return written.join("").replace("\r\x1b[K", "");
  });
  assertEquals(lines, [
    "299/309 s, 10/10 alive, 20,912 generated, 20,898 acknowledged, 20,905 counted",
    "299/309 s, 10/10, 20912 → 20898 → 20905",
  ]);
});

Deno.test("Progress leaves out whole parts of a text for which there is no room", () => {
  const text = "11 of 3,000 runs, 88.4 a second, 33 s left";
  const shown = (columns: number) => {
    const { written, progress } = recorder(columns);
    progress.show(0, text);
    return written.join("").replace("\r\x1b[K", "");
  };
  assertEquals(
    [43, 42, 33, 32, 18, 17, 5].map(shown),
    [
      text,
      "11 of 3,000 runs, 88.4 a second",
      "11 of 3,000 runs, 88.4 a second",
      "11 of 3,000 runs, 88.4 a second",
      "11 of 3,000 runs",
      "11 of 3,000 runs",
      "11 o",
    ],
  );
});

Deno.test("Progress.print() puts lines above the bar", () => {
  const { written, progress } = recorder();
  progress.print("first\n");
  progress.show(0, "running");
  progress.print("second\n");
  const [first, bar, second] = written;
  assertEquals([first, second], [
    "first\n",
    `\r\x1b[Ksecond\n${bar?.slice(4)}`,
  ]);
});

Deno.test("Progress.clear() takes the bar away once", () => {
  const { written, progress } = recorder();
  progress.clear();
  progress.show(1, "done");
  progress.clear();
  progress.clear();
  assertEquals(written.slice(1), ["\r\x1b[K"]);
});

Deno.test("Progress colours the bar only where it is told to", () => {
  const plain = recorder();
  plain.progress.show(0.5, "half");
  assert(!plain.written.join("").includes("\x1b[3"));
  const coloured = recorder(80, true);
  coloured.progress.show(0.5, "half");
  assertEquals(
    coloured.written.join(""),
    "\r\x1b[K\x1b[32m██████████\x1b[0m\x1b[2m░░░░░░░░░░\x1b[0m half",
  );
});

Deno.test("Progress shows a run of no length as done", () => {
  const { written, progress } = recorder();
  progress.showRun({ ...RUN, elapsedMs: 0, lifetimeMs: 0 });
  assert(written.join("").includes("█".repeat(20)));
});
