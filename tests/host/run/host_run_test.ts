import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { LogFolder, outside, Program } from "../../e2e/program.ts";
import { hosted, ignore, NODES, type Told } from "../hosted.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;

const LOAD = ["--lifetime", "1s"];
const SHORT = [...LOAD, "--drain", "1s", "--nodes", "3"];

function kindsOf(told: Told): string[] {
  return told.findings.map(({ kind }) => kind);
}

Deno.test({
  name:
    "host finds what a broadcast without retries loses, and counts its messages as graph theory does",
  ignore,
  async fn() {
    const words = ["--workload", "broadcast", ...SHORT, "--topology", "line"];
    const calm = await hosted(words, [`${NODES}impatient_broadcast.ts`]);
    assertEquals([calm.passed, calm.messages.perOperation], [true, 1]);
    const lossy = await hosted(
      [...words, "--peer-latency", "1ms", "--partition", "0.3s..0.7s:n1--n2-3"],
      [`${NODES}impatient_broadcast.ts`],
    );
    assertEquals([kindsOf(lossy), lossy.code], [["lost"], 1]);
  },
});

Deno.test({
  name:
    "host names nodes that die or print what is no message, with what they last said",
  ignore,
  async fn() {
    const told = await hosted(
      ["--workload", "echo", ...SHORT],
      ["sh", "-c", "echo oops >&2; echo hello; exit 3"],
    );
    assertEquals(told.code, 1);
    assertEquals(
      new Set(told.complaints.map(({ node, kind }) => `${node} ${kind}`)),
      new Set(["n1", "n2", "n3"].flatMap((node) => [
        `${node} no message`,
        `${node} died`,
      ])),
    );
    for (const { kind, lastLines } of told.complaints) {
      if (kind === "died") assertEquals(lastLines, ["oops"]);
    }
    assertStringIncludes(told.stderr, "n1 exited with code 3");
    assertEquals(told.logs, "oops\noops\noops\n");
  },
});

Deno.test({
  name:
    "host passes loader variables on to no node, and ends what nodes have forked",
  ignore,
  async fn() {
    using folder = new LogFolder();
    const script = "env | grep -c ^LD_ >&2; setsid sleep 98765 & " +
      `sleep 98765 & exec python3 ${NODES}ids.py`;
    const words = [
      ...["run", "--no-prompt", "--allow-write=/tmp", "--allow-run"],
      ...["main.ts", "host", "--workload", "unique-ids", "--lifetime", "0.5s"],
      ...["--nodes", "1", "--log-dir", folder.path, "--json"],
      ...["--", "sh", "-c", script],
    ];
    const [code, stderr, left] = JSON.parse(
      await outside(`
        const decode = (bytes) => new TextDecoder().decode(bytes);
        const host = await new Deno.Command(Deno.execPath(), {
          args: ${JSON.stringify(words)},
          cwd: ${JSON.stringify(ROOT)},
          env: { LD_BIND_NOW: "1" },
        }).output();
        const { stdout } = await new Deno.Command("ps", {
          args: ["-e", "-o", "args="],
        }).output();
        const left = decode(stdout).split("\\n")
          .filter((line) => line === "sleep 98765");
        console.log(JSON.stringify([host.code, decode(host.stderr), left]));
      `),
    );
    assertEquals([code, stderr, left], [0, "", []]);
    assertEquals(folder.lines("n1.log"), ["0"]);
  },
});

Deno.test({
  name:
    "host that is killed takes its nodes, and what they have forked, with it",
  ignore,
  async fn() {
    using folder = new LogFolder();
    // What is no message is told: here the ids of processes.
    const script = "setsid sleep 98764 & sleep 98764 & " +
      "trap '' TERM HUP INT; echo $$; wait";
    await using host = new Program([
      ...["host", "--workload", "echo", "--nodes", "1"],
      ...["--log-dir", folder.path, "--", "sh", "-c", script],
    ], ["--allow-run"]);
    await host.line(/no JSON object: «\d+»/);
    host.kill("SIGKILL");
    await host.ended;
    const left = await outside(`
      const count = async () => {
        const { stdout } = await new Deno.Command("ps", {
          args: ["-e", "-o", "args="],
        }).output();
        return new TextDecoder().decode(stdout).split("\\n")
          .filter((line) => line === "sleep 98764").length;
      };
      const endMs = Date.now() + 20_000;
      while (await count() > 0 && Date.now() < endMs) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      console.log(await count());
    `);
    assertEquals(left, "0");
  },
});

Deno.test({
  name:
    "host writes history, trace, report and a diagram of the first element lost",
  ignore,
  async fn() {
    using folder = new LogFolder();
    const flags = ["history", "trace", "report", "diagram"];
    const told = await hosted([
      ...["--workload", "g-set", ...SHORT],
      ...flags.flatMap((flag) => [`--${flag}`, `${folder.path}/${flag}`]),
    ], [`${NODES}silent_set.py`]);
    assertEquals(told.code, 1);
    const [history = "", trace = "", report = "", diagram = ""] = flags.map(
      (flag) => Deno.readTextFileSync(`${folder.path}/${flag}`),
    );
    const events = history.trimEnd().split("\n").map((line) =>
      JSON.parse(line)
    );
    const ends = events.filter(({ kind }) => kind !== "invoke");
    assertEquals(events.length, 2 * ends.length);
    assert(JSON.parse(trace).length > 200);
    assertStringIncludes(report, "NOT CONVERGED");
    assertStringIncludes(diagram, "add 0");
    assertStringIncludes(diagram, "lack 0");
  },
});

Deno.test({
  name: "host says what is missing on its command line, and starts nothing",
  ignore,
  async fn() {
    const cases: [words: string[], message: string][] = [
      [["--workload", "echo"], "Missing program"],
      [["--", "true"], "Missing --workload"],
      [["--workload", "kafka", "--", "true"], "must be one of echo"],
      [["--workload", "echo", "--", "./nosuch"], "there is no such program"],
      [
        ["--workload", "echo", "--diagram", "/tmp/d", "--", "true"],
        "Cannot use --diagram with --workload echo",
      ],
      [
        ["--workload", "echo", "--crash", "c1@1s", "--", "true"],
        "a crash is written n1@10s+2s",
      ],
      [
        ["--workload", "echo", "--partition", "1s..2s:n9", "--", "true"],
        "the nodes are n1 to n5",
      ],
    ];
    for (const [words, message] of cases) {
      await using host = new Program(["host", ...words], ["--allow-run"]);
      const { code, stderr } = await host.ended;
      assertEquals(code, 2, stderr);
      assertStringIncludes(stderr, message);
    }
    assert(cases.length > 0);
  },
});

Deno.test({
  name:
    "host lets what was begun end with the first signal, gives its verdict, and ends with 130",
  ignore,
  async fn() {
    using folder = new LogFolder();
    // What is no message is told, so the test knows when there is load.
    const script =
      `read -r init; echo '{"src":"n1","dest":"c0","body":{"type":"init_ok","in_reply_to":1}}'; ` +
      "read -r first; echo begun; cat >/dev/null";
    await using host = new Program([
      ...["host", "--workload", "echo", "--nodes", "1", "--lifetime", "10m"],
      ...["--timeout", "0.2s", "--log-dir", folder.path],
      ...["--", "sh", "-c", script],
    ], ["--allow-run"]);
    await host.line(/«begun»/);
    host.kill("SIGINT");
    const { code, stdout } = await host.ended;
    assertEquals(code, 130);
    assertStringIncludes(stdout, "stopped");
    assertStringIncludes(stdout, "None of");
  },
});
