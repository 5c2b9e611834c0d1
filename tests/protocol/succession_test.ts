import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  DUPLICATE,
  GAP,
  isRefused,
  REFUSED_CONTENT,
  REFUSED_GROWTH_ABOVE,
  REFUSED_GROWTH_BELOW,
  REFUSED_TOTAL_MISSING,
  REFUSED_TOTAL_UNEXPECTED,
  SEQ_MAX,
  VALID,
  validateSuccession,
} from "../../lib/protocol/validator.ts";

Deno.test("validateSuccession() accepts the first report of a session with totals at any seq", () => {
  assertEquals(validateSuccession(0, 0, -1, 1, 14, 14), VALID);
  assertEquals(validateSuccession(0, 0, -1, 5, 14, 100), VALID);
  assertEquals(validateSuccession(0, 0, -1, SEQ_MAX, 0, 0), VALID);
});

Deno.test("validateSuccession() judges the first report as growth from nothing", () => {
  assertEquals(
    validateSuccession(0, 0, -1, 1, 14, 15),
    REFUSED_GROWTH_ABOVE,
  );
  assertEquals(
    validateSuccession(0, 0, -1, 5, 14, 14 + 4 * 42 + 1),
    REFUSED_GROWTH_ABOVE,
  );
  assertEquals(
    validateSuccession(0, 0, -1, 5, 14, 13),
    REFUSED_GROWTH_BELOW,
  );
});

Deno.test("validateSuccession() lets a total grow by the likes and 42 for each draw between", () => {
  const [lastSeq, lastLikes, lastTotal] = [10, 5, 200];
  function after(seq: number, likes: number, total: number): number {
    return validateSuccession(lastSeq, lastLikes, lastTotal, seq, likes, total);
  }
  assertEquals(after(11, 7, 207), VALID);
  assertEquals(after(11, 7, 206), REFUSED_GROWTH_BELOW);
  assertEquals(after(11, 7, 208), REFUSED_GROWTH_ABOVE);
  assertEquals(after(13, 7, 207), VALID);
  assertEquals(after(13, 7, 207 + 84), VALID);
  assertEquals(after(13, 7, 206), REFUSED_GROWTH_BELOW);
  assertEquals(after(13, 7, 208 + 84), REFUSED_GROWTH_ABOVE);
  assertEquals(after(13, 7, 199), REFUSED_GROWTH_BELOW);
});

Deno.test("validateSuccession() takes seqs without totals strictly in order", () => {
  assertEquals(validateSuccession(0, 0, -1, 1, 14, -1), VALID);
  assertEquals(validateSuccession(0, 0, -1, 2, 14, -1), GAP);
  assertEquals(validateSuccession(4, 3, -1, 5, 14, -1), VALID);
  assertEquals(validateSuccession(4, 3, -1, 6, 14, -1), GAP);
  assertEquals(validateSuccession(4, 3, -1, SEQ_MAX, 14, -1), GAP);
  assertEquals(
    validateSuccession(SEQ_MAX - 1, 3, -1, SEQ_MAX, 14, -1),
    VALID,
  );
});

Deno.test("validateSuccession() knows a repeat by its seq", () => {
  assertEquals(validateSuccession(4, 3, -1, 4, 3, -1), DUPLICATE);
  assertEquals(validateSuccession(4, 3, -1, 1, 42, -1), DUPLICATE);
  assertEquals(validateSuccession(4, 3, 100, 4, 3, 100), DUPLICATE);
  assertEquals(validateSuccession(4, 3, 100, 1, 42, 42), DUPLICATE);
  assertEquals(validateSuccession(4, 0, 0, 4, 0, 0), DUPLICATE);
});

Deno.test("validateSuccession() refuses the last seq with other content", () => {
  assertEquals(validateSuccession(4, 3, -1, 4, 2, -1), REFUSED_CONTENT);
  assertEquals(validateSuccession(4, 3, 100, 4, 2, 100), REFUSED_CONTENT);
  assertEquals(validateSuccession(4, 3, 100, 4, 3, 101), REFUSED_CONTENT);
});

Deno.test("validateSuccession() refuses to mix marks with and without total", () => {
  for (const seq of [3, 4, 5, 6]) {
    assertEquals(
      validateSuccession(4, 3, 100, seq, 3, -1),
      REFUSED_TOTAL_MISSING,
    );
    assertEquals(
      validateSuccession(4, 3, -1, seq, 3, 100),
      REFUSED_TOTAL_UNEXPECTED,
    );
  }
  // A total of 0 is a total.
  assertEquals(validateSuccession(1, 0, 0, 2, 0, -1), REFUSED_TOTAL_MISSING);
});

const draws = fc.array(fc.nat(42), { minLength: 1, maxLength: 30 });

Deno.test("validateSuccession() never refuses what a likes server with totals can send", () => {
  fc.assert(
    fc.property(
      draws,
      fc.array(fc.nat(), { maxLength: 60 }),
      (likes, order) => {
        const totals = sums(likes);
        let [lastSeq, lastLikes, lastTotal] = [0, 0, -1];
        for (const pick of [...order, likes.length - 1]) {
          const i = pick % likes.length;
          const [seq, drawn, total] = [i + 1, likes[i] ?? 0, totals[i] ?? 0];
          const code = validateSuccession(
            lastSeq,
            lastLikes,
            lastTotal,
            seq,
            drawn,
            total,
          );
          assertEquals(code, seq > lastSeq ? VALID : DUPLICATE);
          if (code === VALID) {
            [lastSeq, lastLikes, lastTotal] = [seq, drawn, total];
          }
        }
        assertEquals(lastTotal, totals.at(-1));
      },
    ),
  );
});

Deno.test("validateSuccession() accepts exactly the totals that some draws give", () => {
  // All growths over up to three draws of 0..42, of which the last is known:
  // found by trying them all.
  for (const likes of [0, 1, 41, 42]) {
    const reachable = [new Set([likes])];
    for (let between = 1; between <= 2; between++) {
      const before = reachable[between - 1] ?? new Set();
      reachable.push(
        new Set(
          [...before].flatMap((sum) =>
            Array.from({ length: 43 }, (_, draw) => sum + draw)
          ),
        ),
      );
    }
    reachable.forEach((growths, between) => {
      for (let growth = 0; growth <= 130; growth++) {
        const code = validateSuccession(
          7,
          1,
          50,
          8 + between,
          likes,
          50 + growth,
        );
        assertEquals(code === VALID, growths.has(growth));
        assert(code === VALID || isRefused(code));
      }
    });
  }
});

function sums(likes: number[]): number[] {
  let sum = 0;
  return likes.map((draw) => sum += draw);
}
