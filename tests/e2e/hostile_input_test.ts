// Input of every kind that somebody may send to a primary. After each input the
// next client is served, the total is exact, and the journal holds one
// printable line for each event.

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import fc from "fast-check";
import { TestPrimary } from "../live/primary/line_client.ts";
import { CAN_RUN } from "./program.ts";

const A = "00c0ffee00c0ffee";
const B = "0123456789abcdef";
const encoder = new TextEncoder();

/**
 * An input line without its LF, the reply to it, and how many likes it
 * counts.
 */
type Case = readonly [line: string, reply: RegExp, likes?: number];

const REFUSED = /^NAK (?!busy|full|closing|gap)[ -~]+$/;

const CASES: Record<string, readonly Case[]> = {
  "odd bytes": [
    ["", REFUSED],
    [" ", REFUSED],
    ["\0", REFUSED],
    ["LikesServer0 1\0", REFUSED],
    ["LikesServer0\0 14", REFUSED],
    ["LikesServer0\t14", REFUSED],
    ["LikesServer0 14\r", /^ACK$/, 14], // with the LF behind it a line's end
    ["LikesServer0 14\r\r", REFUSED],
    ["LikesServer0\r 14", REFUSED],
    ["LikesServer0 14 ", REFUSED],
    [" LikesServer0 14", REFUSED],
    ["LikesServer0  14", REFUSED],
    ["\x7f", REFUSED],
    ["\x80\x81\xfe\xff", REFUSED],
  ],
  "tricks of Unicode": [
    ["\ufeffLikesServer0 14", REFUSED],
    ["LikesServer\uff10 14", REFUSED], // a full-width zero
    ["LikesServer0 \u0661\u0664", REFUSED], // Arabic digits
    ["Likes\u0405erver0 14", REFUSED], // a Cyrillic letter
    ["LikesServer0\u200b 14", REFUSED], // no width
    ["\u202e41 0revreSsekiL", REFUSED], // right to left
    ["LikesServer0\u00a014", REFUSED], // no break
    ["LikesServer0 14\u0300", REFUSED], // an accent
    ["LikesServer0 14\u2028", REFUSED], // a line of another kind
  ],
  "terminal escapes": [
    ["\x1b[2J\x1b[H", REFUSED],
    ["\x1b]0;owned\x07LikesServer0 14", REFUSED],
    ["LikesServer0\x1b[31m 14", REFUSED],
    ["\x9b31mLikesServer0 14", REFUSED],
    ['LikesServer0 14" OK Total 999999', REFUSED],
    ["LikesServer0 14\\x0a2026-01-02T03:04:05.678Z", REFUSED],
    ["\b\b\b\b", REFUSED],
  ],
  "numbers at the edges": [
    ["LikesServer0 0", /^ACK$/, 0],
    ["LikesServer0 42", /^ACK$/, 42],
    ["LikesServer0 43", REFUSED],
    ["LikesServer0 -1", REFUSED],
    ["LikesServer0 -0", REFUSED],
    ["LikesServer0 +1", REFUSED],
    ["LikesServer0 1e3", REFUSED],
    ["LikesServer0 1.0", REFUSED],
    ["LikesServer0 007", REFUSED],
    ["LikesServer0 00", REFUSED],
    ["LikesServer0 0x10", REFUSED],
    ["LikesServer0 NaN", REFUSED],
    ["LikesServer0 Infinity", REFUSED],
    ["LikesServer0 9007199254740992", REFUSED],
    ["LikesServer0 99999999999999999999999999999999", REFUSED],
    ["LikesServer0 4294967296", REFUSED], // 0 in 32 bits
    ["LikesServer9999 1", /^ACK$/, 1],
    ["LikesServer10000 1", REFUSED],
    ["LikesServer-1 1", REFUSED],
    ["LikesServer01 1", REFUSED],
    ["LikesServer 1", REFUSED],
    ["LikesServer4294967296 1", REFUSED],
  ],
  "other names and words": [
    ["likesserver0 14", REFUSED],
    ["LIKESSERVER0 14", REFUSED],
    ["LikesServer0", REFUSED],
    ["14", REFUSED],
    ["LikesServer0 14 and more", REFUSED],
    ["../../etc/passwd 14", REFUSED],
    ["__proto__ 14", REFUSED],
    ["LikesServer0; rm -rf / 14", REFUSED],
    ["\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", REFUSED],
    ["read", REFUSED],
    ["READ ", REFUSED],
    ["STATS now", REFUSED],
  ],
  "marks that are none": [
    [`LikesServer1 14 ${A}`, REFUSED],
    [`LikesServer1 14 ${A}#`, REFUSED],
    [`LikesServer1 14 ${A}#1=`, REFUSED],
    [`LikesServer1 14 ${A}=14`, REFUSED],
    [`LikesServer1 14 #1=14`, REFUSED],
    [`LikesServer1 14 ${A.toUpperCase()}#1=14`, REFUSED],
    [`LikesServer1 14 ${A}0#1=14`, REFUSED],
    [`LikesServer1 14 ${A.slice(1)}#1=14`, REFUSED],
    [`LikesServer1 14 00c0ffee00c0ffeg#1=14`, REFUSED],
    [`LikesServer1 14 ${A}#0=14`, REFUSED],
    [`LikesServer1 14 ${A}#01=14`, REFUSED],
    [`LikesServer1 14 ${A}#-1=14`, REFUSED],
    [`LikesServer1 14 ${A}#2147483648=14`, REFUSED],
    [`LikesServer1 14 ${A}#1=14=14`, REFUSED],
    [`LikesServer1 14 ${A}#1#2=14`, REFUSED],
    [`LikesServer1 14 ${A}#1=13`, REFUSED], // at seq 1 a total other than likes
    [`LikesServer1 14 ${A}#2=13`, REFUSED], // likes above total
    [`LikesServer1 14 ${A}#2=85`, REFUSED], // more than 42 for each seq
    [`LikesServer1 14 ${A}#2147483647=9007199254740992`, REFUSED],
  ],
  "marks against the ledger": [
    [`LikesServer1 14 ${A}#1=14`, /^ACK$/, 14],
    [`LikesServer1 14 ${A}#1=14`, /^ACK$/, 0],
    [`LikesServer1 13 ${A}#1=13`, REFUSED], // the last seq with other content
    [`LikesServer1 14 ${A}#1`, REFUSED], // a total, then none
    [`LikesServer1 5 ${A}#4=60`, /^ACK$/, 46],
    [`LikesServer1 5 ${A}#3=55`, /^ACK$/, 0], // backwards: an old repeat
    [`LikesServer1 5 ${A}#5=59`, REFUSED], // the total went down
    [`LikesServer1 5 ${A}#5=64`, REFUSED], // grew by less than likes
    [`LikesServer1 5 ${A}#5=66`, REFUSED], // grew by more than one draw can bring
    [`LikesServer1 5 ${A}#5=65`, /^ACK$/, 5],
    [`LikesServer1 5 ${B}#5=65`, /^ACK$/, 65], // another session counts by itself
    [`LikesServer2 5 ${A}#5=65`, /^ACK$/, 65], // as does another likes server
    [`LikesServer3 5 ${A}#2`, /^NAK gap 1$/],
    [`LikesServer3 5 ${A}#1`, /^ACK$/, 5],
    [`LikesServer3 6 ${A}#1`, REFUSED],
    [`LikesServer3 5 ${A}#3`, /^NAK gap 2$/],
    [`LikesServer3 5 ${A}#2=10`, REFUSED], // no total, then one
    [`LikesServer3 5 ${A}#2`, /^ACK$/, 5],
    [`LikesServer3 5 ${A}#1`, /^ACK$/, 0],
  ],
  "lines of every length": [
    ["x".repeat(255), REFUSED],
    ["x".repeat(256), REFUSED],
    ["x".repeat(257), REFUSED],
    ["x".repeat(65_536), REFUSED],
    ["LikesServer0 ".repeat(5_000), REFUSED],
    ["\xff".repeat(1_000_000), REFUSED],
  ],
};

/** Characters as bytes: one each, or UTF-8 if one does not fit. */
function bytesOf(text: string): Uint8Array {
  const isBytes = [...text].every((char) => char.charCodeAt(0) < 256);
  if (!isBytes) return encoder.encode(text);
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/**
 * The next client is served, the total is exact, and the journal is a text of
 * whole, printable lines.
 */
async function checkAfter(primary: TestPrimary, total: number): Promise<void> {
  using client = await primary.connect();
  assertEquals(await client.ask("LikesServer42 1"), "ACK");
  assertEquals(await client.ask("READ"), `TOTAL ${total + 1}`);
  const text = Deno.readTextFileSync(primary.log);
  assert(text.endsWith("\n"));
  for (const line of text.split("\n").slice(0, -1)) {
    assertMatch(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [ -~]{1,1500}$/);
  }
}

for (const [what, cases] of Object.entries(CASES)) {
  Deno.test({
    name: `servePrimary() is not impressed by ${what}`,
    ignore: !CAN_RUN,
    async fn() {
      await using primary = await TestPrimary.start();
      let total = 0;
      for (const [line, expected, likes = 0] of cases) {
        using client = await primary.connect();
        const bytes = bytesOf(line);
        await client.send(new Uint8Array([...bytes, 0x0a]));
        const reply = await client.line();
        assertMatch(reply, expected, JSON.stringify(line.slice(0, 80)));
        total += likes;
        await checkAfter(primary, total++);
      }
      // Each line that was refused is one event, and one line.
      const refused = primary.journal().filter((line) =>
        line.startsWith('REJECTED "')
      );
      const temporary = /gap/;
      assertEquals(
        refused.length,
        cases.filter(([, reply]) => reply === REFUSED).length,
      );
      assert(!refused.some((line) => temporary.test(line)));
    },
  });
}

const BODY = "x\nLikesServer7 42\n";

/** Requests of every kind that a stranger's program may make of this body. */
const REQUESTS: Record<string, string> = {
  "a page's form": `POST / HTTP/1.1\r\nHost: a\r\n\r\n${BODY}`,
  "a method in lower case": `post / http/1.1\n\n${BODY}`,
  "a method of the future": `LIKES * HTTP/9\r\n\r\n${BODY}`,
  "HTTP/2": `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${BODY}`,
  "a proxy's client": `GET http://127.0.0.1/ HTTP/1.1\r\n\r\n${BODY}`,
  "a tunnel": `CONNECT 127.0.0.1:54321 HTTP/1.1\r\n\r\n${BODY}`,
  "a long path": `POST /${"a".repeat(5000)} HTTP/1.1\r\n\r\n${BODY}`,
  "a long URI": `POST http://a/${"a".repeat(260)} HTTP/1.1\r\n\r\n${BODY}`,
  "a WebSocket":
    `GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n${BODY}`,
  "a request after empty lines": `\r\n\r\nPOST / HTTP/1.1\r\n\r\n${BODY}`,
  "a request after a report": `LikesServer7 0\nPOST / HTTP/1.1\r\n\r\n${BODY}`,
};

for (const [what, request] of Object.entries(REQUESTS)) {
  Deno.test({
    name:
      `servePrimary() counts nothing after ${what}, in however many reads it comes`,
    ignore: !CAN_RUN,
    async fn() {
      await using primary = await TestPrimary.start();
      const bytes = bytesOf(request);
      let total = 0;
      for (const cut of [bytes.length, 1, 3, 7, 20, 258]) {
        using client = await primary.connect();
        try {
          await client.send(bytes.subarray(0, cut));
          for (let at = cut; at < bytes.length; at += 97) {
            await client.send(bytes.subarray(at, at + 97));
          }
          await client.closeWrite();
        } catch { /* Closed before all was sent. */ }
        await client.end();
        await checkAfter(primary, total++);
      }
    },
  });
}

Deno.test({
  name:
    "servePrimary() counts nothing of what a web page can send with fetch()",
  ignore: !CAN_RUN,
  async fn() {
    await using primary = await TestPrimary.start();
    const url = `http://127.0.0.1:${primary.running.port}`;
    const path = "/" + "a".repeat(300);
    let total = 0;
    for (const target of [url, `${url}/likes?x=1`, url + path]) {
      for (const method of ["POST", "PUT", "likes"]) {
        const fetched = fetch(target, { method, body: BODY.repeat(100) });
        await assertRejects(async () => await (await fetched).text());
        await checkAfter(primary, total++);
      }
    }
  },
});

Deno.test({
  name:
    "servePrimary() counts nothing of the greetings of TLS, of SSH and of a socket that is silent",
  ignore: !CAN_RUN,
  async fn() {
    await using primary = await TestPrimary.start({ lineTimeoutMs: 100 });
    let total = 0;
    const hello = "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03";
    for (const text of [hello, "SSH-2.0-OpenSSH_9.2\r\n", "GET / HTTP/1.1"]) {
      using client = await primary.connect();
      await client.send(bytesOf(text));
      if (text.endsWith("\n")) await client.closeWrite();
      assertMatch(await client.end(), /^(NAK .*\n)*$/);
      await checkAfter(primary, total++);
    }
  },
});

Deno.test({
  name:
    "servePrimary() takes lines and queries that end with CR LF, as telnet sends them",
  ignore: !CAN_RUN,
  async fn() {
    await using primary = await TestPrimary.start();
    using client = await primary.connect();
    // The first read of this connection is a report but for the LF.
    await client.send("LikesServer0 14\r");
    await client.send("\n");
    assertEquals(await client.line(), "ACK");
    await client.send(`LikesServer1 14 ${A}#1=14\r\nREAD\r\n`);
    assertEquals(await client.lines(2), ["ACK", "TOTAL 28"]);
    assertEquals(primary.journal(), [
      "LikesServer0 14 Total 14",
      `LikesServer1 14 ${A}#1=14 Total 28`,
    ]);
  },
});

Deno.test({
  name: "servePrimary() counts only what was whole, wherever a connection ends",
  ignore: !CAN_RUN,
  async fn() {
    await using primary = await TestPrimary.start();
    const report = `LikesServer1 14 ${A}#1=14\n`;
    let total = 0;
    for (let length = 1; length <= report.length; length++) {
      for (const isReset of [false, true]) {
        const client = await primary.connect();
        // Not the first read of a connection, which may be an original client's
        // and need no LF.
        assertMatch(await client.ask("hello"), REFUSED);
        await client.send(report.slice(0, length));
        // A reset after the whole report finds it counted or not; the repeat
        // below makes it certain.
        if (!isReset) {
          await client.closeWrite();
          await client.end();
        }
        client[Symbol.dispose]();
        if (length === report.length) {
          using again = await primary.connect();
          assertEquals(await again.ask(report.trimEnd()), "ACK");
        }
        await checkAfter(primary, total + (length === report.length ? 14 : 0));
        total++;
      }
    }
  },
});

Deno.test({
  name:
    "servePrimary() serves others while a client sends one byte at a time and never ends its line",
  ignore: !CAN_RUN,
  async fn() {
    await using primary = await TestPrimary.start();
    using slow = await primary.connect();
    let total = 0;
    for (const char of `LikesServer1 14 ${A}#1=1`) {
      await slow.send(char);
      await checkAfter(primary, total++);
    }
    await slow.send("4\n");
    assertEquals(await slow.line(), "ACK");
    await checkAfter(primary, total + 14);
  },
});

Deno.test({
  name:
    "servePrimary() keeps its total exact under any mixture of sense and nonsense, cut anywhere, on several connections",
  ignore: !CAN_RUN,
  async fn() {
    const nonsense = fc.oneof(
      fc.constantFrom(
        ...Object.entries(CASES)
          // Lines that are refused for what was counted before are sense to a
          // primary that is new.
          .flatMap(([what, cases]) =>
            what === "marks against the ledger" ? [] : cases
          )
          .filter(([line, reply]) => reply === REFUSED && line.length < 300)
          .map(([line]) => line),
      ).map((line) => [...bytesOf(line), 0x0a]),
      fc.array(
        fc.integer({ min: 0, max: 255 }).filter((byte) => byte !== 0x0a),
        { minLength: 1, maxLength: 300 },
      ).filter((bytes) => bytes[0] !== 0x4c && bytes[0] !== 0x52) // no L of a report, no R of READ
        .map((bytes) => [0x21, ...bytes, 0x0a]),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(nonsense, fc.constant(null)), { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 40 }), {
          minLength: 1,
          maxLength: 50,
        }),
        async (pieces, cuts) => {
          await using primary = await TestPrimary.start();
          let seq = 0;
          const bytes: number[] = [];
          for (const piece of pieces) {
            if (piece !== null) bytes.push(...piece);
            else {
              seq++;
              const mark = `${B}#${seq}=${2 * seq}`;
              bytes.push(...bytesOf(`LikesServer7 2 ${mark}\n`));
            }
          }
          using client = await primary.connect();
          // Not the first read of a connection, which may be an original
          // client's and need no LF.
          assertMatch(await client.ask("hello"), REFUSED);
          let cut = 0;
          for (let at = 0; at < bytes.length;) {
            const length = cuts[cut++ % cuts.length] ?? 1;
            await client.send(Uint8Array.from(bytes.slice(at, at + length)));
            at += length;
          }
          for (const piece of pieces) {
            assertMatch(
              await client.line(),
              piece === null ? /^ACK$/ : /^NAK /,
            );
          }
          await checkAfter(primary, 2 * seq);
        },
      ),
      { numRuns: 40 },
    );
  },
});
