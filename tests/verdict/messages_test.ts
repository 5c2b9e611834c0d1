import { assertEquals } from "@std/assert";
import type { HistoryEvent } from "../../lib/verdict/history.ts";
import {
  type MessageEnd,
  Messages,
  type MessagesOptions,
} from "../../lib/verdict/messages.ts";

/** The ends of messages: type, from, to, sent, ended, fate. */
function endsOf(
  events: readonly HistoryEvent[],
  options?: MessagesOptions,
): string[] {
  const messages = new Messages(options);
  return events.flatMap((event) => messages.add(event) ?? []).map(shown);
}

function shown({ message, isLost, event }: MessageEnd): string {
  const { type, from, to, sent, isCopy } = message;
  return `${type} ${from} ${to} ${sent.t}..${event.t}${isLost ? " lost" : ""}${
    isCopy ? " copy" : ""
  }`;
}

const REPORT = { server: 3, seq: 1, likes: 14, attempt: 1 };

Deno.test("Messages.add() pairs a report and its reply of a virtual run, in time and late", () => {
  assertEquals(
    endsOf([
      { t: 1, kind: "send", ...REPORT },
      { t: 2, kind: "receive", ...REPORT },
      { t: 2, kind: "count", ...REPORT, total: 14 },
      { t: 3, kind: "send", ...REPORT, attempt: 2 },
      { t: 4, kind: "receive", server: 3, attempt: 1, reply: true },
      { t: 5, kind: "receive", ...REPORT, attempt: 2 },
      { t: 6, kind: "ack", server: 3, seq: 1, total: 14, attempt: 2 },
    ]),
    [
      "report 3 -1 1..2",
      "reply -1 3 2..4",
      "report 3 -1 3..5",
      "reply -1 3 5..6",
    ],
  );
});

Deno.test("Messages.add() takes the reply of a live run from when it was sent to when it arrived, not to its ack", () => {
  assertEquals(
    endsOf([
      { t: 1, kind: "send", ...REPORT },
      { t: 2, kind: "receive", ...REPORT },
      { t: 3, kind: "send", server: 3, attempt: 1, reply: true },
      { t: 4, kind: "receive", server: 3, attempt: 1, reply: true },
      { t: 5, kind: "ack", server: 3, seq: 1, total: 14, attempt: 1 },
    ]),
    ["report 3 -1 1..2", "reply -1 3 3..4"],
  );
});

Deno.test("Messages.add() tells copies and losses of both directions", () => {
  assertEquals(
    endsOf([
      { t: 1, kind: "send", ...REPORT },
      { t: 1, kind: "copy", server: 3, attempt: 1 },
      { t: 2, kind: "receive", ...REPORT },
      { t: 3, kind: "lose", server: 3, attempt: 1 },
      { t: 4, kind: "copy", server: 3, attempt: 1, reply: true },
      { t: 5, kind: "lose", server: 3, attempt: 1, reply: true },
      { t: 6, kind: "receive", server: 3, attempt: 1, reply: true },
      // Draws that are given up are no message.
      { t: 7, kind: "lose", server: 3, seq: 1 },
    ]),
    [
      "report 3 -1 1..2",
      "report 3 -1 1..3 lost copy",
      "reply -1 3 2..5 lost",
      "reply -1 3 4..6 copy",
    ],
  );
});

Deno.test("Messages.add() tells replies of several replicas apart, where all are told", () => {
  const to = (replica: number) => ({ ...REPORT, replica });
  assertEquals(
    endsOf([
      { t: 1, kind: "send", ...to(0) },
      { t: 1, kind: "send", ...to(1) },
      { t: 2, kind: "receive", ...to(0) },
      { t: 2, kind: "receive", ...to(1) },
      { t: 3, kind: "receive", server: 3, attempt: 1, reply: true, replica: 1 },
      // Of the first replica nothing has come yet.
      { t: 3, kind: "ack", server: 3, seq: 1, total: 14, attempt: 1 },
      { t: 4, kind: "lose", server: 3, attempt: 1, reply: true, replica: 0 },
    ], { isToAll: true }),
    [
      "report 3 -1 1..2",
      "report 3 -2 1..2",
      "reply -2 3 2..3",
      "reply -1 3 2..4 lost",
    ],
  );
});

Deno.test("Messages.add() pairs exchanges, reads and repairs", () => {
  const READER = 2 ** 30;
  const read = { server: 3, reader: 0, attempt: 5, replica: 1 };
  assertEquals(
    endsOf([
      { t: 1, kind: "gossip", replica: 0, peer: 1, attempt: 7, entries: 1 },
      { t: 2, kind: "merge", replica: 1, peer: 0, attempt: 7, entries: 1 },
      { t: 2, kind: "gossip", replica: 1, peer: 0, attempt: 7, reply: true },
      { t: 3, kind: "lose", replica: 1, peer: 0, attempt: 7, reply: true },
      { t: 4, kind: "read", ...read },
      { t: 5, kind: "value", ...read, seq: 1, total: 14 },
      { t: 5, kind: "repair", ...read, seq: 1, total: 14 },
      { t: 6, kind: "receive", ...read, reply: true },
      { t: 7, kind: "read", ...read, attempt: 6 },
      { t: 8, kind: "lose", ...read, attempt: 6 },
      // The reader has waited in vain.
      { t: 9, kind: "lose", server: 3, reader: 0, attempt: 6 },
    ]),
    [
      "request -1 -2 1..2",
      "response -2 -1 2..3 lost",
      `answer -2 ${READER} 4..5`,
      `repaired -2 ${READER} 5..6`,
      `read ${READER} -2 7..8 lost`,
    ],
  );
});

Deno.test("Messages.onTheirWay() has what left and did not end, nothing that is only supposed", () => {
  const messages = new Messages();
  messages.add({ t: 1, kind: "send", ...REPORT });
  messages.add({ t: 2, kind: "receive", ...REPORT });
  assertEquals([...messages.onTheirWay()], []);
  // A replica's answer to the copy of a question goes nowhere.
  const read = { server: 3, reader: 0, attempt: 1 };
  messages.add({ t: 2, kind: "read", ...read });
  messages.add({ t: 2, kind: "copy", ...read });
  messages.add({ t: 3, kind: "value", ...read, total: 0 });
  messages.add({ t: 3, kind: "send", ...REPORT, attempt: 2 });
  assertEquals(
    [...messages.onTheirWay()].map(({ type, attempt }) => [type, attempt]),
    [["report", 2]],
  );
});
