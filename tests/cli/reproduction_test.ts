import { assertEquals } from "@std/assert";
import { parseInvocation } from "../../lib/cli/invocation.ts";
import { reproduction } from "../../lib/cli/reproduction.ts";

const CONTEXT = { program: "likes", drawSeed: () => 7 };

Deno.test("reproduction() names no file that the run wrote, however it was named", () => {
  for (const flag of ["history", "trace", "diagram", "report", "runs-file"]) {
    for (
      const args of [
        [`--${flag}`, "/tmp/one"],
        [`--${flag}=/tmp/one`],
        ["--loss", "0.1", `--${flag}`, "--seed"],
      ]
    ) {
      const line = reproduction("likes", "sim", [...args, "--json"], 7);
      assertEquals(
        line,
        args.includes("--loss")
          ? "likes sim --loss 0.1 --json --seed 7"
          : "likes sim --json --seed 7",
      );
    }
  }
});

Deno.test("reproduction() keeps words that only look like such a flag", () => {
  const args = ["--reports", "1", "--name=--report", "--log-dir", "/tmp/x"];
  assertEquals(
    reproduction("likes", "start", [...args, "--seed=3"], 7),
    "likes start --reports 1 --name=--report --log-dir /tmp/x --seed=3",
  );
});

Deno.test("commands tell a line that names no file that they write", () => {
  for (
    const line of [
      "sim --history /tmp/h --report /tmp/r --trace /tmp/t --diagram /tmp/d",
      "sim --runs 20 --runs-file /tmp/r.jsonl --report=/tmp/r",
      "compare --report /tmp/r",
      "compare --quorums --replicas 3 --report /tmp/r",
      "predict --latency 5ms --report /tmp/r",
      "start --history /tmp/h --report /tmp/r --trace /tmp/t",
      "parent --history /tmp/h --report /tmp/r --trace /tmp/t",
      "explore --diagram /tmp/d",
      "shrink 7 --diagram /tmp/d",
      "host --workload echo --history /tmp/h -- node a.js",
    ]
  ) {
    const { options } = parseInvocation(line.split(" "), CONTEXT) as {
      options: { command: string };
    };
    assertEquals(/\/tmp\/\w/.test(options.command), false, options.command);
  }
});
