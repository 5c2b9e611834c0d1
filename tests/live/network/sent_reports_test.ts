import { assertEquals } from "@std/assert";
import { repairNumber } from "../../../lib/rules/read_repair.ts";
import { SentReports } from "../../../lib/live/network/sent_reports.ts";

const REPORT = "LikesServer3 14";

Deno.test("find() gives the word that was there before the report", async () => {
  const sent = new SentReports(() => 0);
  sent.announce(3, 0, REPORT, { attempt: 1, seq: 7 });
  const { attempt, seq } = await sent.find(3, 0, REPORT) ?? {};
  assertEquals([attempt, seq], [1, 7]);
});

Deno.test("find() waits for a word that comes after the report", async () => {
  const sent = new SentReports(() => 0);
  const found = sent.find(3, 0, REPORT);
  sent.announce(4, 0, REPORT, { attempt: 1, seq: 1 });
  sent.announce(3, 0, "LikesServer3 9", { attempt: 4, seq: 8 });
  sent.announce(3, 0, REPORT, { attempt: 5, seq: 9 });
  assertEquals(await found, { attempt: 5, seq: 9 });
});

Deno.test("find() gives each word to one report", async () => {
  const sent = new SentReports(() => 0);
  const first = sent.find(3, 0, REPORT);
  const second = sent.find(3, 0, REPORT);
  sent.announce(3, 0, REPORT, { attempt: 1, seq: 1 });
  sent.announce(3, 0, REPORT, { attempt: 2, seq: 1 });
  assertEquals((await first)?.attempt, 1);
  assertEquals((await second)?.attempt, 2);
});

Deno.test("find() passes over the word of a process that was killed before it sent", async () => {
  const sent = new SentReports(() => 0);
  sent.announce(3, 0, REPORT, { attempt: 1, seq: 1 });
  sent.announce(3, 0, REPORT, { attempt: 2, seq: 2 });
  assertEquals((await sent.find(3, 0, REPORT))?.attempt, 2);
});

Deno.test("announceRead() numbers the questions and the repairs of a read as a virtual run does", async () => {
  const sent = new SentReports(() => 0);
  const query = "READ LikesServer1";
  const read = { tick: 0, read: 3, replicas: [0, 2] };
  sent.announceRead(3, { ...read, text: query }, 4);
  for (const [replica, n] of [[0, 5], [2, 6]] as const) {
    const found = await sent.find(3, replica, query);
    assertEquals([found?.attempt, found?.seq, found?.n], [3, 0, n]);
  }
  const repair = { ...read, send: 2, replicas: [2], text: "REPAIR" };
  sent.announceRead(3, repair, 4);
  const found = await sent.find(3, 2, "REPAIR");
  assertEquals(found?.n, repairNumber(3, 2, 2, 4));
});

Deno.test("find() gives up on a line that no likes server has sent when it is closed", async () => {
  const sent = new SentReports(() => 0);
  const found = sent.find(3, 0, REPORT);
  sent.close();
  assertEquals(await found, null);
});

Deno.test("find() waits for no word that comes after close()", async () => {
  const sent = new SentReports(() => 0);
  sent.close();
  const found = sent.find(3, 0, REPORT);
  sent.announce(3, 0, REPORT, { attempt: 1, seq: 1 });
  assertEquals(await found, null);
});

Deno.test("find() tells the moment of the sending by the clock of the network", async () => {
  let now = 130;
  const sent = new SentReports(() => now);
  sent.announce(3, 0, REPORT, { attempt: 1, seq: 1, tick: 100 });
  now = 250;
  sent.announce(3, 0, REPORT, { attempt: 2, seq: 1, tick: 200 });
  assertEquals((await sent.find(3, 0, REPORT))?.tick, 230);
});

Deno.test("find() keeps the reports of a likes server to several replicas apart", async () => {
  const sent = new SentReports(() => 0);
  sent.announce(3, 1, REPORT, { attempt: 4, seq: 2 });
  const found = sent.find(3, 0, REPORT);
  sent.announce(3, 0, REPORT, { attempt: 7, seq: 2 });
  assertEquals((await found)?.attempt, 7);
  assertEquals((await sent.find(3, 1, REPORT))?.attempt, 4);
});
