import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { outside } from "../../e2e/program.ts";
import { hosted, ignore, NODES, type Told } from "../hosted.ts";

/** Runs nodes of which each has a vice, and gives what is told. */
function hostile(...vices: string[]): ReturnType<typeof hosted> {
  return hostileWith([], ...vices);
}

/** The same with some flags. */
function hostileWith(
  flags: string[],
  ...vices: string[]
): ReturnType<typeof hosted> {
  return hosted(
    [
      ...flags,
      ...["--workload", "echo", "--nodes", `${vices.length}`],
      ...["--lifetime", "1s", "--timeout", "1s", "--rate", "50"],
    ],
    [`${NODES}hostile.py`, ...vices],
  );
}

/** Complaints, each as node and kind, in the order of the nodes. */
function complaintsOf({ complaints }: Told): string[] {
  return complaints.map(({ node, kind }) => `${node} ${kind}`).sort();
}

Deno.test({
  name:
    "host names nodes that flood each stream, ends in time and lets others answer",
  ignore,
  async fn() {
    const told = await hostile("garbage", "flood", "errors", "good");
    assertEquals(told.code, 1);
    const found = complaintsOf(told);
    const expected = ["n1 no message", "n3 silent"];
    for (const one of expected) assert(found.includes(one), `${found}`);
    assert(!found.some((one) => one.startsWith("n4")), `${found}`);
    const errors = told.complaints.find(({ node }) => node === "n3");
    assert(errors?.lastLines.every((line) => /^e+…?$/.test(line)));
    // The file of standard error is bounded.
    assert(told.logs.length < (1 << 24) + 1000, `${told.logs.length}`);
  },
});

Deno.test({
  name:
    "host names nodes that hang, end no line, close a stream or die, and ends those that ignore signals",
  ignore,
  async fn() {
    const told = await hostile(
      ...["hang", "deaf", "mute", "dies", "stubborn", "long"],
    );
    assertEquals(told.code, 1);
    const found = complaintsOf(told);
    const expected = [
      ...["n1 silent", "n2 input closed", "n3 output closed", "n4 died"],
      "n6 long line",
    ];
    for (const one of expected) assert(found.includes(one), `${found}`);
    assert(!found.some((one) => one.startsWith("n5")), `${found}`);
    const dead = told.complaints.find(({ kind }) => kind === "died");
    assertEquals(dead?.lastLines, ["last words"]);
  },
});

Deno.test({
  name:
    "host tells what is no message of what is harmless, and shows no control characters",
  ignore,
  async fn() {
    const told = await hostile(
      ...["painter", "types", "deep", "numbers", "twice", "nobody", "another"],
    );
    assertEquals(told.code, 1);
    assertEquals(complaintsOf(told), [
      ...["n1 no message", "n2 answers nothing", "n2 no message"],
      ...["n3 no message", "n4 answers nothing"],
      ...["n6 no such node", "n7 another's name", "n7 answers nothing"],
    ]);
    const shown = told.stderr + JSON.stringify(told.complaints);
    // deno-lint-ignore no-control-regex
    assertEquals(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(shown), false);
    assertStringIncludes(shown, "\\u001b[2J");
    assertEquals(told.findings, []);
  },
});

Deno.test({
  name:
    "host tells refusals and answers to nothing from silence, in words of the node",
  ignore,
  async fn() {
    const told = await hostile("refuses", "lost", "good");
    assertEquals(complaintsOf(told), [
      ...["n1 refused", "n2 answers nothing", "n2 silent"],
    ]);
    const [refused, lost] = ["refused", "answers nothing"].map((kind) =>
      told.complaints.find((one) => one.kind === kind)?.text
    );
    assertEquals(
      refused,
      "n1 gave no right answer when it was asked for the last time: error 11, temporarily unavailable: not \\u001b now",
    );
    assertStringIncludes(lost ?? "", '"in_reply_to":1000}»');
  },
});

Deno.test({
  name: "host names a node that nests its answers too deeply, late or not",
  ignore,
  async fn() {
    for (const latency of ["0ms", "1ms"]) {
      const told = await hostileWith(["--latency", latency], "deep", "good");
      assertEquals(complaintsOf(told), ["n1 no message"]);
      assertEquals(told.findings, []);
    }
  },
});

Deno.test({
  name: "host says once which limit of the system so many nodes meet",
  ignore,
  async fn() {
    const root = new URL("../../../", import.meta.url).pathname;
    const words = "run --no-prompt --quiet --allow-write=/tmp --allow-run " +
      "main.ts host --workload echo --nodes 50 --log-dir /tmp -- cat";
    const [code, stderr] = JSON.parse(
      await outside(`
        const { code, stderr } = await new Deno.Command("sh", {
          args: ["-c", "ulimit -n 60; exec \\"$0\\" ${words}", Deno.execPath()],
          cwd: ${JSON.stringify(root)},
        }).output();
        console.log(JSON.stringify([code, new TextDecoder().decode(stderr)]));
      `),
    );
    assertEquals(code, 2, stderr);
    assertStringIncludes(stderr, "ulimit -n allows fewer files");
    assertEquals(stderr.trim().split("\n").length, 1, stderr);
  },
});
