import { assertEquals, assertThrows } from "@std/assert";
import { readGossip } from "../../lib/options/gossip.ts";

Deno.test("readGossip() reads each form, in ticks", () => {
  const forms = {
    "1s": { kind: "constant", ticks: 10_000 },
    "20ms": { kind: "constant", ticks: 200 },
    "exp:0.5s": { kind: "exponential", ticks: 5000 },
    "uniform:0.5s..1.5s": { kind: "uniform", ticks: 5000, maxTicks: 15_000 },
    "off": null,
  } as const;
  for (const [text, interval] of Object.entries(forms)) {
    assertEquals(readGossip(text, "--gossip"), interval);
  }
});

Deno.test("readGossip() refuses what is no interval, and names the flag and the text", () => {
  const odd: [text: string, message: RegExp][] = [
    ["", /^Cannot read --gossip ""/],
    ["often", /^Cannot read --gossip "often"/],
    ["Exp:1s", /^Cannot read --gossip "Exp:1s"/],
    ["pareto:1s,2", /^Cannot read --gossip "pareto:1s,2": allowed are a dura/],
    ["exp:", /^Cannot read --gossip "exp:", in it ""/],
    ["uniform:1s..0.5s", /--gossip "uniform:1s\.\.0\.5s"/],
    ["uniform:1s..", /--gossip "uniform:1s\.\."/],
    ["0s", /^Cannot use --gossip "0s": it must be at least 1ms/],
    ["exp:0.1ms", /--gossip "exp:0\.1ms".* must be at least 1ms/],
    ["uniform:0s..1s", /--gossip "uniform:0s\.\.1s".* must be at least 1ms/],
    ["-1s", /^Cannot read --gossip "-1s"/],
  ];
  for (const [text, message] of odd) {
    const error = assertThrows(() => readGossip(text, "--gossip"), Error);
    if (!message.test(error.message)) assertEquals(error.message, `${message}`);
  }
});
