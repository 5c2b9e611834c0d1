import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { encodeEntry, EntryFields } from "../../lib/protocol/entries.ts";
import {
  formatSync,
  parseSync,
  PULL,
  PUSH,
  PUSH_PULL,
  SYNC_ENTRIES_MAX,
  SyncFields,
  SyncReceipt,
} from "../../lib/protocol/sync.ts";
import { VALID } from "../../lib/protocol/validator.ts";
import { bytesOf } from "./generators.ts";
import { granted } from "../permissions.ts";

const K = "0123456789abcdef";
const isPeer = (replica: number) => replica !== 3 && replica < 5;

const number = fc.oneof(fc.nat(100), fc.maxSafeNat());

/** Headers that are valid. */
const headers: fc.Arbitrary<SyncFields> = fc.record({
  isReply: fc.boolean(),
  sender: fc.constantFrom(0, 1, 2, 4),
  style: fc.constantFrom(PUSH, PULL, PUSH_PULL),
  number: number.map((n) => n || 1),
  epoch: number.map((n) => n || 1),
  peerEpoch: number,
  got: number,
  positions: fc.tuple(number, number),
  count: fc.nat(SYNC_ENTRIES_MAX),
  more: fc.boolean(),
}).map(({ positions, ...rest }) => {
  const fields = Object.assign(new SyncFields(), rest);
  if (fields.peerEpoch === 0) fields.got = 0;
  const [a, b] = positions;
  fields.base = Math.min(a, b);
  fields.upTo = Math.max(a, b);
  if (fields.style === (fields.isReply ? PUSH : PULL)) {
    fields.base = fields.upTo = 0;
    fields.more = false;
  }
  fields.count = Math.min(fields.count, fields.upTo - fields.base);
  return fields;
});

Deno.test("formatSync() writes what parseSync() reads", () => {
  fc.assert(fc.property(headers, (fields) => {
    const read = new SyncFields();
    const line = formatSync(fields);
    assert(line.length <= 256);
    assertEquals(parseSync(line, read, isPeer), null);
    assertEquals(read, fields);
  }));
});

Deno.test("parseSync() tells why it refuses", () => {
  const cases: [line: string, reason: string][] = [
    ["SYNC", "exchange not in the form of SYNC"],
    ["SYNC \0\xff", "exchange not in the form of SYNC"],
    [
      "SYNC primary1 push-pull 7 1 0 0 0 2 2",
      "exchange not in the form of SYNC",
    ],
    [
      "SYNC primary1 push-pull 07 1 0 0 0 2 2 0",
      "exchange not in the form of SYNC",
    ],
    ["SYNC primary3 push-pull 7 1 0 0 0 2 2 0", "replica not a peer"],
    ["SYNC primary99 push-pull 7 1 0 0 0 2 2 0", "replica not a peer"],
    [
      "SYNC primary1 push-pull 0 1 0 0 0 2 2 0",
      "number and epoch of an exchange must be 1 or more",
    ],
    [
      "SYNC primary1 push-pull 7 0 0 0 0 2 2 0",
      "number and epoch of an exchange must be 1 or more",
    ],
    [
      "SYNC primary1 push-pull 7 1 0 0 0 9007199254740992 2 0",
      "number of an exchange out of range 0..2^53-1",
    ],
    ["SYNC primary1 push-pull 7 1 0 4 0 2 2 0", "position without an epoch"],
    [
      "SYNC primary1 push-pull 7 1 0 0 0 1000000 1000000 0",
      "more than 10000 entries in a message",
    ],
    ["SYNC primary1 pull 7 1 0 0 0 2 2 0", "entries against the style"],
    ["SYNC primary1 pull 7 1 0 0 0 0 0 1", "entries against the style"],
    ["SYNCED primary1 push 7 1 0 0 0 2 2 0", "entries against the style"],
    ["SYNC primary1 push 7 1 0 0 3 2 0 0", "entries beyond the position"],
    ["SYNC primary1 push 7 1 0 0 3 5 3 0", "entries beyond the position"],
  ];
  for (const [line, reason] of cases) {
    assertEquals([line, parseSync(line, new SyncFields(), isPeer)], [
      line,
      reason,
    ]);
  }
});

Deno.test("parseSync() never throws, and takes nothing but what formatSync() writes", () => {
  const words = fc.array(
    fc.oneof(
      fc.constantFrom("SYNC", "SYNCED", "primary1", "push", "pull", "0", "1"),
      fc.nat(20).map(String),
      fc.string({ maxLength: 6 }),
    ),
    { minLength: 10, maxLength: 13 },
  ).map((words) => words.join(" "));
  const damaged = fc.tuple(headers, fc.nat(60), fc.nat(2), fc.string()).map(
    ([fields, at, remove, insert]) => {
      const line = formatSync(fields);
      return line.slice(0, at) + insert + line.slice(at + remove);
    },
  );
  fc.assert(
    fc.property(fc.oneof(words, damaged, fc.string()), (line) => {
      const fields = new SyncFields();
      const reason = parseSync(line, fields, isPeer);
      if (reason === null) assertEquals(formatSync(fields), line);
      else assert(/^[ -~]{1,80}$/.test(reason));
    }),
    { numRuns: 2000 },
  );
});

/**
 * Lines of a message, some of which are skipped and some of which refuse it.
 */
const messageLines = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant("valid" as const),
        server: fc.nat(9999),
        seq: fc.integer({ min: 1, max: 50 }),
        likes: fc.nat(42),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        { kind: "skipped" as const, line: `LikesServer3 14 ${K}#7=9999` },
        { kind: "skipped" as const, line: `LikesServer3 43 ${K}@7~50` },
        { kind: "skipped" as const, line: `LikesServer3 1 ${K}#0~0` },
      ),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        { kind: "nonsense" as const, line: "" },
        { kind: "nonsense" as const, line: "READ" },
        { kind: "nonsense" as const, line: `LikesServer3 14 ${K}#7` },
        { kind: "nonsense" as const, line: "\0\xff\r" },
      ),
    },
  ),
  { maxLength: 12 },
);

Deno.test("SyncReceipt hands out the valid entries of a whole message, and nothing of a torn or wrong one", () => {
  fc.assert(fc.property(messageLines, fc.nat(12), (lines, length) => {
    const receipt = new SyncReceipt(lines.length);
    const valid: EntryFields[] = [];
    let isRefused = false;
    for (const line of lines.slice(0, length)) {
      let bytes: Uint8Array;
      if (line.kind === "valid") {
        const { server, seq, likes } = line;
        const fields = Object.assign(new EntryFields(), { server, seq, likes });
        fields.total = likes;
        valid.push(fields);
        bytes = new Uint8Array(128);
        bytes = bytes.subarray(0, encodeEntry(fields, bytes, 0));
      } else bytes = bytesOf(line.line);
      const code = receipt.take(bytes, 0, bytes.length);
      assertEquals(code !== VALID, line.kind === "nonsense");
      if (code === VALID) continue;
      isRefused = true;
      // Nothing that follows makes it right again.
      const next = bytesOf(`LikesServer3 14 ${K}#7=98`);
      assertEquals(receipt.take(next, 0, next.length), code);
      break;
    }
    const isWhole = !isRefused && length >= lines.length;
    assertEquals(receipt.isWhole, isWhole);
    const entry = new EntryFields();
    if (!isWhole) {
      assertThrows(() => receipt.read(0, entry), RangeError);
      return;
    }
    assertEquals(receipt.length, valid.length);
    assertEquals(receipt.skipped, lines.length - valid.length);
    valid.forEach((fields, i) => {
      receipt.read(i, entry);
      assertEquals(entry, fields);
    });
    assertThrows(() => receipt.read(valid.length, entry), RangeError);
    assertThrows(() => receipt.take(bytesOf("x"), 0, 1), RangeError, "has all");
  }));
});

Deno.test({
  name: "The exchange in replicas.md is one",
  ignore: !granted({ read: ["."] }),
  async fn() {
    const page = await Deno.readTextFile(
      new URL("../../lib/protocol/replicas.md", import.meta.url),
    );
    const example = page.split("```text\n").find((text) =>
      text.startsWith("SYNC ")
    )!;
    const lines = example.slice(0, example.indexOf("```")).trim().split("\n");
    const headers: SyncFields[] = [];
    while (lines.length > 0) {
      const header = new SyncFields();
      assertEquals(
        parseSync(lines.shift()!, header, (sender) => sender < 2),
        null,
      );
      headers.push(header);
      const receipt = new SyncReceipt(header.count);
      for (let i = 0; i < header.count; i++) {
        const line = bytesOf(lines.shift()!);
        assertEquals(receipt.take(line, 0, line.length), VALID);
      }
      assertEquals([receipt.length, receipt.skipped], [header.count, 0]);
    }
    const [request, reply] = headers as [SyncFields, SyncFields];
    assertEquals([request.isReply, reply.isReply], [false, true]);
    assertEquals(reply.number, request.number);
    assertEquals(reply.peerEpoch, request.epoch);
    assertEquals(reply.epoch, request.peerEpoch);
    assertEquals([reply.base, reply.got], [request.got, request.upTo]);
  },
});
