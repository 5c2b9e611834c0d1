import { assertEquals } from "@std/assert";
import { formatMermaid } from "../../lib/view/diagram/mermaid.ts";
import type { StoryStep } from "../../lib/view/diagram/story.ts";
import { CAN_BROWSE } from "./chromium.ts";
import { MermaidPage } from "./mermaid.ts";

/** What Mermaid would take for something else, if it stood there as it is. */
const TEXTS = [
  "a;b",
  "#35; #x",
  "a: b",
  'say "hi"',
  "the end",
  "END",
  "wrap: x",
  "nowrap:y",
  "<b>x</b> & y",
  "%%{init: {}}%%",
  "%% c",
  "$$x^2$$",
  "\\n back",
  "style x: #f;",
  "p0->>p1: x",
  "note over p0: y",
  "title x",
  "accTitle: x",
  "}{[]()|`~^@",
  "ünï 你好 👩‍🚀",
  "<script>throw 1</script>",
  "+1 -1 =2 x_y * a/b",
];

Deno.test({
  name: "Mermaid draws each text of a story as it was given",
  ignore: !CAN_BROWSE,
  async fn() {
    await using mermaid = await MermaidPage.open();
    const participants = ["LikesServer0", "pri;mary: end #1", "end"];
    const [from = "", to = ""] = participants;
    const drawn = await mermaid.draw(formatMermaid({
      title: "T; #1: the end",
      participants,
      steps: TEXTS.flatMap((text): StoryStep[] => [
        { kind: "message", from, to, text },
        { kind: "note", over: [from, to], text },
      ]),
    }));
    assertEquals(drawn, {
      participants,
      messages: TEXTS,
      notes: TEXTS,
      title: "T; #1: the end",
      crosses: 0,
    });
    const lines = await mermaid.draw(formatMermaid({
      participants,
      steps: [
        { kind: "note", over: ["end"], text: "a\nb\r\nc" },
        { kind: "crash", over: ["end"], seconds: 1.5 },
        { kind: "note", over: ["end"], text: "" },
        { kind: "note", over: ["end"], text: "\u202e\u0000\ud800" },
        { kind: "message", from, to, text: "x", outcome: "lost" },
      ],
    }));
    assertEquals(lines.notes, ["a\nb\nc", "✗ killed\n1.5 s", "\u00a0", "���"]);
    assertEquals([lines.messages, lines.crosses], [["x\n(lost)"], 1]);
    assertEquals(mermaid.page.complaints, []);
  },
});
