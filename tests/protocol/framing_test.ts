import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { LineFramer, NO_LINE } from "../../lib/protocol/framing.ts";
import {
  REFUSED_BYTES,
  REFUSED_LENGTH,
  ReportFields,
  VALID,
  validateLine,
} from "../../lib/protocol/validator.ts";
import { bytesOf, lines } from "./generators.ts";

const LF = 0x0a;
const CR = 0x0d;

/** A stream cut into lines, without the code under test. */
interface Framed {
  /** The lines; of one with more than 256 bytes the first 257. */
  lines: string[];
  /** Bytes after the last LF. */
  pending: number;
}

function frameNaively(stream: Uint8Array): Framed {
  const pieces = String.fromCharCode(...stream).split("\n");
  const last = pieces.pop() ?? "";
  const lines = pieces.map((line) => line.replace(/\r$/, ""));
  // A CR behind the longest line can be a part of the line's end.
  if (last.length > 256 && !/^[^]{256}\r$/.test(last)) lines.push(last);
  return {
    lines: lines.map((line) => line.slice(0, 257)),
    pending: last.length,
  };
}

/**
 * Gives a framer what a socket would: as much as there is, or as there is room
 * for.
 */
function read(framer: LineFramer, bytes: Uint8Array): Uint8Array {
  const room = framer.room();
  const piece = bytes.subarray(0, room.length);
  room.set(piece);
  framer.filled(piece.length);
  return bytes.subarray(piece.length);
}

function currentLine({ bytes, start, end }: LineFramer): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

function takeLines(framer: LineFramer): string[] {
  const taken: string[] = [];
  while (framer.next()) taken.push(currentLine(framer));
  return taken;
}

/**
 * Takes lines with `nextReport()`, and checks that it says of each what
 * `validateLine()` says.
 */
function takeReports(framer: LineFramer): string[] {
  const taken: string[] = [];
  const fields = new ReportFields();
  const expected = new ReportFields();
  for (;;) {
    const code = framer.nextReport(fields);
    if (code === NO_LINE) return taken;
    const { bytes, start, end } = framer;
    assertEquals(code, validateLine(bytes, start, end, expected));
    if (code === VALID) assertEquals({ ...fields }, { ...expected });
    taken.push(currentLine(framer));
  }
}

function assertFramed(
  pieces: Uint8Array[],
  take: (framer: LineFramer) => string[],
  bytesMax?: number,
): void {
  const framer = new LineFramer(bytesMax);
  const taken: string[] = [];
  for (const piece of pieces) {
    for (let rest = piece; rest.length > 0;) {
      rest = read(framer, rest);
      taken.push(...take(framer));
      assertEquals(framer.next(), false);
      assertEquals(framer.nextReport(new ReportFields()), NO_LINE);
    }
  }
  const expected = frameNaively(concat(pieces));
  assertEquals(taken, expected.lines);
  assertEquals(framer.pending, expected.pending);
}

function concat(pieces: Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

/** Cuts a stream at the places where `cuts` has a bit set. */
function cutAt(stream: Uint8Array, cuts: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (let at = 1; at < stream.length; at++) {
    if ((cuts >> (at - 1) & 1) === 0) continue;
    pieces.push(stream.subarray(from, at));
    from = at;
  }
  return [...pieces, stream.subarray(from)];
}

const SHORT_STREAMS = [
  "\n",
  "\n\n\n",
  "READ\nSTATS\n",
  "a\n\nb c\n\0\r\n",
  "no end",
  "LikesServer0 1\n",
  "READ\r\n\r\n",
  "a\r\rb\r\r\nc\r",
];

for (const stream of SHORT_STREAMS) {
  Deno.test(`next() finds the same lines under every split of ${JSON.stringify(stream)}`, () => {
    const bytes = bytesOf(stream);
    for (let cuts = 0; cuts < 2 ** (bytes.length - 1); cuts++) {
      assertFramed(cutAt(bytes, cuts), takeLines);
    }
  });
}

Deno.test("next() and nextReport() find the same lines under every split in two of a stream of reports", () => {
  const stream = bytesOf(
    "LikesServer0 14\nLikesServer1 2 0123456789abcdef#3=44\nREAD\n" +
      "LikesServer1 2 0123456789abcdef#4\nLikesServer9 43\nLikesServer2 0",
  );
  for (let at = 0; at <= stream.length; at++) {
    const pieces = [stream.subarray(0, at), stream.subarray(at)];
    assertFramed(pieces, takeLines);
    assertFramed(pieces, takeReports);
  }
});

for (const length of [255, 256, 257, 258, 600, 3000]) {
  Deno.test(`next() hands out a line of ${length} bytes once under every split in two`, () => {
    for (const end of ["\n", "\r\n", "\r\r\n", "\r.\n"]) {
      const text = `before\n${"x".repeat(length)}${end}after\n`;
      const stream = bytesOf(text);
      for (let at = 0; at <= stream.length; at++) {
        assertFramed([stream.subarray(0, at), stream.subarray(at)], takeLines);
      }
      assertFramed([...stream].map((byte) => Uint8Array.of(byte)), takeLines);
    }
  });
}

/**
 * Streams: reports and nonsense, empty and overlong lines, with or without an
 * LF at the end.
 */
const streams = fc.tuple(
  fc.array(
    fc.oneof(
      { weight: 6, arbitrary: lines.map((bytes) => [...bytes]) },
      {
        weight: 1,
        arbitrary: fc.tuple(
          fc.constantFrom(0, 1, 254, 255, 256, 257, 258, 1024, 5000),
          fc.nat(255),
        ).map(([length, byte]) => Array<number>(length).fill(byte)),
      },
    ),
    { maxLength: 30 },
  ),
  fc.boolean(),
  fc.constantFrom([LF], [CR, LF], [CR, CR, LF]),
).map(([parts, isEnded, end]) => {
  const bytes = parts.flatMap((part) => [...part, ...end]);
  return Uint8Array.from(isEnded ? bytes : bytes.slice(0, -1));
});

const pieceSizes = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 4000 })),
  { minLength: 1, maxLength: 50 },
);

function cutInto(stream: Uint8Array, sizes: number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < stream.length;) {
    const size = sizes[pieces.length % sizes.length] ?? 1;
    pieces.push(stream.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

Deno.test("next() finds the same lines however a stream is split", () => {
  fc.assert(
    fc.property(
      streams,
      pieceSizes,
      fc.constantFrom(1024, 1500, 65536),
      (stream, sizes, bytesMax) => {
        assertFramed(cutInto(stream, sizes), takeLines, bytesMax);
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("nextReport() finds the same lines and says what validateLine() says", () => {
  fc.assert(
    fc.property(streams, pieceSizes, (stream, sizes) => {
      assertFramed(cutInto(stream, sizes), takeReports);
    }),
    { numRuns: 500 },
  );
});

Deno.test("nextReport() takes the id bound as an argument", () => {
  const framer = new LineFramer();
  const fields = new ReportFields();
  read(framer, bytesOf("LikesServer12345 1\nLikesServer12345 1\n"));
  assertEquals(framer.nextReport(fields, 20_000), VALID);
  assert(framer.nextReport(fields) > VALID);
});

Deno.test("nextReport() takes reports that end with CR LF, however they are split", () => {
  const stream = "LikesServer0 14\r\nLikesServer1 2 0123456789abcdef#3=44\r\n";
  for (let at = 0; at <= stream.length; at++) {
    const framer = new LineFramer();
    const fields = new ReportFields();
    const likes: number[] = [];
    for (const piece of [stream.slice(0, at), stream.slice(at)]) {
      read(framer, bytesOf(piece));
      while (framer.nextReport(fields) === VALID) likes.push(fields.likes);
    }
    assertEquals([likes, framer.pending], [[14, 2], 0]);
  }
});

Deno.test("nextReport() refuses a CR that no LF follows at once", () => {
  for (const line of ["LikesServer0 14\r\r\n", "LikesServer0\r 14\r\n"]) {
    const framer = new LineFramer();
    read(framer, bytesOf(line));
    assertEquals(framer.nextReport(new ReportFields()), REFUSED_BYTES);
  }
});

Deno.test("nextReport() takes no part of an overlong line for a report", () => {
  const framer = new LineFramer();
  read(framer, bytesOf("x".repeat(257) + "LikesServer0 1\n"));
  const fields = new ReportFields();
  assertEquals(framer.nextReport(fields), REFUSED_LENGTH);
  assertEquals(framer.nextReport(fields), NO_LINE);
});

Deno.test("nextReport() refuses an overlong line before its LF has come", () => {
  const framer = new LineFramer();
  const fields = new ReportFields();
  read(framer, bytesOf("LikesServer0 1".padEnd(257, "1")));
  assertEquals(framer.nextReport(fields), REFUSED_LENGTH);
  // What follows belongs to the same line, even if it looks like another.
  read(framer, bytesOf("1"));
  assertEquals(framer.nextReport(fields), NO_LINE);
  read(framer, bytesOf("LikesServer0 1\nLikesServer0 1\n"));
  assertEquals(framer.nextReport(fields), VALID);
  assertEquals(framer.nextReport(fields), NO_LINE);
});

Deno.test("pending counts the bytes of the line that is not whole", () => {
  const framer = new LineFramer();
  assertEquals(framer.pending, 0);
  const steps: [piece: string, pending: number][] = [
    ["READ\nLik", 3],
    ["es", 5],
    ["Server0 1\n", 0],
    ["x".repeat(256), 256],
    ["x", 257],
    ["x".repeat(500), 757],
    ["\n", 0],
  ];
  for (const [piece, pending] of steps) {
    read(framer, bytesOf(piece));
    takeLines(framer);
    assertEquals(framer.pending, pending);
  }
});

/**
 * The answer of `isOneShot()` after a first read, and after more reads if there
 * are more.
 */
function isOneShotAfter(...pieces: string[]): boolean {
  const framer = new LineFramer();
  for (const piece of pieces) {
    read(framer, bytesOf(piece));
    takeLines(framer);
  }
  return framer.isOneShot(new ReportFields());
}

Deno.test("isOneShot() knows an original client by its first read", () => {
  const framer = new LineFramer();
  const fields = new ReportFields();
  read(framer, bytesOf("LikesServer3 14"));
  assertEquals(framer.next(), false);
  assertEquals(framer.isOneShot(fields), true);
  assertEquals(currentLine(framer), "LikesServer3 14");
  assertEquals([fields.server, fields.likes, fields.seq], [3, 14, 0]);
});

Deno.test("isOneShot() knows nothing else", () => {
  assertEquals(isOneShotAfter(), false);
  assertEquals(isOneShotAfter("LikesServer3 14\n"), false);
  assertEquals(isOneShotAfter("LikesServer3 14\nLikesServer3 14"), false);
  assertEquals(isOneShotAfter("\nLikesServer3 14"), false);
  assertEquals(isOneShotAfter("LikesServer3 43"), false);
  assertEquals(isOneShotAfter("LikesServer3 14\r"), false);
  assertEquals(isOneShotAfter("LikesServer3 "), false);
  assertEquals(isOneShotAfter("LikesServer3"), false);
  assertEquals(isOneShotAfter("READ"), false);
  assertEquals(isOneShotAfter("LikesServer3 14 0123456789abcdef#1"), false);
  assertEquals(isOneShotAfter("LikesServer3 14 0123456789abcdef#1=14"), false);
  assertEquals(isOneShotAfter("x".repeat(300)), false);
});

Deno.test("isOneShot() looks at the first read only", () => {
  assertEquals(isOneShotAfter("LikesServer3", " 14"), false);
  assertEquals(isOneShotAfter("READ\n", "LikesServer3 14"), false);
  assertEquals(isOneShotAfter("LikesServer3 1", "4"), false);
});

Deno.test("isOneShot() is true of a piece of an LF-ended stream only where the piece is a valid report", () => {
  const stream = "LikesServer3 14 0123456789abcdef#1=14\n";
  const whole: string[] = [];
  for (let at = 1; at <= stream.length; at++) {
    const piece = stream.slice(0, at);
    if (isOneShotAfter(piece)) whole.push(piece);
  }
  assertEquals(whole, ["LikesServer3 1", "LikesServer3 14"]);
});

Deno.test("isOneShot() takes the id bound as an argument", () => {
  const framer = new LineFramer();
  read(framer, bytesOf("LikesServer12345 1"));
  assertEquals(framer.isOneShot(new ReportFields()), false);
  assertEquals(framer.isOneShot(new ReportFields(), 20_000), true);
});

Deno.test("reset() makes the next read the first of another connection", () => {
  const framer = new LineFramer();
  read(framer, bytesOf(`${"x".repeat(300)}`));
  takeLines(framer);
  framer.reset();
  assertEquals(framer.pending, 0);
  assertEquals(framer.next(), false);
  read(framer, bytesOf("LikesServer3 14"));
  assertEquals(framer.isOneShot(new ReportFields()), true);
});

Deno.test("room() grows to the bound while reads fill it and shrinks when they are small", () => {
  const framer = new LineFramer();
  assertEquals(framer.bytes.length, 1024);
  const line = bytesOf("LikesServer0 1\n");
  let count = 0;
  for (let i = 0; i < 8; i++) {
    const room = framer.room();
    for (let at = 0; at < room.length; at++) {
      room[at] = line[(count + at) % line.length] ?? 0;
    }
    count += room.length;
    framer.filled(room.length);
    assert(takeLines(framer).every((text) => text === "LikesServer0 1"));
  }
  assertEquals(framer.bytes.length, 65536);

  read(framer, line.subarray(count % line.length));
  assertEquals(takeLines(framer), ["LikesServer0 1"]);
  for (let reads = 0; reads < 6 * 64 + 1; reads++) {
    read(framer, bytesOf("READ\nLike"));
    assertEquals(takeLines(framer), ["READ"]);
    read(framer, bytesOf("s\n"));
    assertEquals(takeLines(framer), ["Likes"]);
  }
  assertEquals(framer.bytes.length, 1024);
});

Deno.test("room() grows once for a read that fills it, however often it is asked", () => {
  const framer = new LineFramer();
  read(framer, bytesOf("READ\n".repeat(205)));
  takeLines(framer);
  for (let i = 0; i < 3; i++) {
    framer.room();
    assertEquals(framer.bytes.length, 2048);
  }
});

Deno.test("room() throws when whole lines were not taken", () => {
  const framer = new LineFramer();
  read(framer, bytesOf("READ\n".repeat(100)));
  assertThrows(() => framer.room(), Error, "before the whole lines are taken");
  assertEquals(takeLines(framer).length, 100);
  assertEquals(framer.room().length, 1024);
});

Deno.test("filled() throws on more bytes than there was room for", () => {
  for (const count of [-1, 1025, NaN]) {
    const framer = new LineFramer();
    framer.room();
    assertThrows(() => framer.filled(count), RangeError, "0..1024");
  }
});

Deno.test("LineFramer throws on a bound that no buffer can have", () => {
  for (const bytesMax of [0, 1023, 1024.5, 2 ** 30 + 1, NaN]) {
    assertThrows(() => new LineFramer(bytesMax), RangeError, "Buffer must be");
  }
});
