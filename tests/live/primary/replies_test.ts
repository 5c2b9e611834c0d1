import { assertEquals } from "@std/assert";
import { Replies } from "../../../lib/live/primary/replies.ts";

const encoder = new TextEncoder();

function textOf({ bytes, length }: Replies): string {
  return new TextDecoder().decode(bytes.subarray(0, length));
}

Deno.test("Replies keep the order in which they were put down", () => {
  const replies = new Replies();
  replies.ack();
  replies.nak(encoder.encode("NAK closing\n"));
  assertEquals(replies.answer("TOTAL 14\n"), true);
  replies.ack();
  assertEquals(textOf(replies), "ACK\nNAK closing\nTOTAL 14\nACK\n");
  replies.dropLastLf();
  assertEquals(textOf(replies), "ACK\nNAK closing\nTOTAL 14\nACK");
  replies.clear();
  assertEquals(textOf(replies), "");
});

Deno.test("Replies.refuseGroup() refuses each report of the group, and none before it", () => {
  const replies = new Replies();
  replies.ack();
  assertEquals(replies.isInGroup, false);
  replies.beginGroup();
  assertEquals(replies.isInGroup, true);
  replies.ack();
  replies.nak(encoder.encode("NAK invalid name\n"));
  replies.ack();
  replies.refuseGroup();
  assertEquals(textOf(replies), "ACK\n" + "NAK full\n".repeat(3));
  assertEquals(replies.isInGroup, false);
});

Deno.test("Replies.refuseGroup() has room for longer refusals than the replies were", () => {
  const replies = new Replies();
  replies.beginGroup();
  let count = 0;
  for (; replies.hasRoom || replies.grow(); count++) replies.ack();
  replies.refuseGroup();
  assertEquals(textOf(replies), "NAK full\n".repeat(count));
});

Deno.test("Replies.grow() keeps what is there, up to a bound", () => {
  const replies = new Replies();
  replies.ack();
  const sizes = [replies.bytes.length];
  while (replies.grow()) sizes.push(replies.bytes.length);
  assertEquals(sizes.at(-1), 16 * 1024);
  assertEquals(textOf(replies), "ACK\n");
  replies.ack();
  assertEquals(textOf(replies), "ACK\nACK\n");
});

Deno.test("Replies.answer() grows for an answer, and puts down none that has no room", () => {
  const replies = new Replies();
  replies.ack();
  const answer = `${"x".repeat(10_000)}\n`;
  assertEquals(replies.answer(answer), true);
  assertEquals(replies.answer(answer), false);
  assertEquals(textOf(replies), `ACK\n${answer}`);
});
