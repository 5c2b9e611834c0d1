import { assertEquals } from "@std/assert";
import { sealed } from "../../../lib/cli/runs/checksum.ts";
import { formatRunLine, parseRunLine } from "../../../lib/cli/runs/run_line.ts";
import { figuresOf } from "../../../lib/verdict/runs/figures.ts";
import { simulate } from "../../../lib/sim/run.ts";
import { runOf } from "../../sim/runs_of_tests.ts";

const SWEEP = 0xdeadbeef;
const COMMAND = "likes sim --seed 7";

/** A run with everything that a line can tell. */
function figures(delivery: "crdt" | "at-most-once") {
  const verdict = simulate(runOf({
    ...{ seed: 7, delivery, replicas: 3, readers: 2 },
    faults: { loss: "1/5" },
  }));
  return figuresOf(7, delivery, { verdict });
}

Deno.test("parseRunLine() reads what formatRunLine() writes, but for the command", () => {
  for (const delivery of ["crdt", "at-most-once"] as const) {
    const run = figures(delivery);
    const line = formatRunLine(run, SWEEP, () => COMMAND);
    assertEquals(line.endsWith("\n"), true);
    const { crc32: _, command, ...read } = JSON.parse(line);
    assertEquals(read, run);
    assertEquals(command, run.reason === undefined ? undefined : COMMAND);
    const again = parseRunLine(line.trimEnd(), SWEEP);
    assertEquals({ ...again, command, crc32: _ }, {
      ...read,
      command,
      crc32: _,
    });
  }
  const { reason } = figures("at-most-once");
  assertEquals(/^likes: \d+ lost$/.test(reason ?? ""), true);
  const violation = figuresOf(7, "crdt", {
    violation: "Violated: \u201cé\u201d",
  });
  const line = formatRunLine(violation, SWEEP, () => COMMAND).trimEnd();
  assertEquals(parseRunLine(line, SWEEP)?.reason, violation.reason);
});

Deno.test("parseRunLine() takes no line of another sweep", () => {
  const line = formatRunLine(figures("crdt"), SWEEP, () => COMMAND).trimEnd();
  assertEquals(parseRunLine(line, SWEEP + 1), null);
  assertEquals(parseRunLine(line, 0), null);
});

Deno.test("parseRunLine() takes no line whose checksum is right and whose fields are not", () => {
  for (
    const fields of [
      "[1]",
      "{}",
      '{"seed":7}',
      '{"delivery":"crdt"}',
      '{"seed":"7","delivery":"crdt"}',
      '{"seed":7.5,"delivery":"crdt"}',
      '{"seed":7,"delivery":"crdt","lost":"1"}',
      '{"seed":7,"delivery":"crdt","lost":-1}',
      '{"seed":7,"delivery":"crdt","lost":1e999}',
      '{"seed":7,"delivery":"crdt","lost":null}',
      '{"seed":7,"delivery":"crdt","lost":0.5}',
      '{"seed":7,"delivery":"crdt","reason":1}',
      '{"seed":7,"delivery":"crdt","converged":1}',
      '{"seed":7,"delivery":"crdt","findings":"lost"}',
      '{"seed":7,"delivery":"crdt","findings":["theft"]}',
      '{"seed":7,"delivery":"crdt","freshAfter":[1]}',
      '{"seed":7,"delivery":"crdt","freshAfter":[[0,1,"x"]]}',
      '{"seed":7,"delivery":"crdt","lost"}',
    ]
  ) {
    assertEquals(parseRunLine(sealed(fields.slice(0, -1), 3), 3), null, fields);
  }
  const good = '{"seed":7,"delivery":"crdt","convergenceSeconds":null';
  assertEquals(parseRunLine(sealed(good, 3), 3)?.seed, 7);
});
