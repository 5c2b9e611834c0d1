import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  formatEvent,
  HISTORY_KINDS,
  kindCode,
  parseEvent,
  tickOf,
} from "../../lib/verdict/history.ts";
import { events } from "./arbitraries.ts";

Deno.test("parseEvent() gives back what formatEvent() wrote", () => {
  fc.assert(fc.property(events, (event) => {
    const line = formatEvent(event);
    assertEquals(parseEvent(line), event);
    assertEquals(formatEvent(parseEvent(line)), line);
    assert(!line.includes("\n"));
  }));
});

Deno.test("formatEvent() writes keys in the contract's order and at most four decimals", () => {
  assertEquals(
    formatEvent({
      attempt: 1,
      total: 314,
      likes: 14,
      seq: 7,
      server: 3,
      kind: "send",
      t: 0.1 + 0.2,
    }),
    '{"t":0.3,"kind":"send","server":3,"seq":7,"likes":14,"total":314,"attempt":1}',
  );
  fc.assert(fc.property(events, (event) => {
    const [, decimals = ""] = /^\{"t":\d+(?:\.(\d+))?,/.exec(
      formatEvent(event),
    ) ?? [];
    assert(decimals.length <= 4);
  }));
});

Deno.test("formatEvent() writes what JSON.stringify would", () => {
  fc.assert(fc.property(events, (event) => {
    const line = formatEvent(event);
    assertEquals(JSON.stringify(JSON.parse(line)), line);
  }));
});

Deno.test("formatEvent() refuses a time that ticks cannot tell", () => {
  for (const t of [-1, NaN, Infinity, 300_000]) {
    assertThrows(() => formatEvent({ t, kind: "draw" }), RangeError, "allowed");
  }
});

Deno.test("parseEvent() names what is wrong", () => {
  for (
    const [line, message] of [
      ["", "not JSON"],
      ["[1]", "an object is expected"],
      ["null", "an object is expected"],
      ["{}", '"t" must be seconds'],
      ['{"t":-1,"kind":"draw"}', '"t" must be seconds'],
      ['{"t":"1","kind":"draw"}', '"t" must be seconds'],
      ['{"t":1}', '"kind" must be one of draw, send'],
      ['{"t":1,"kind":"drew"}', '"kind" must be one of draw, send'],
      ['{"t":1,"kind":"draw","seq":0}', '"seq" must be a whole number from 1'],
      ['{"t":1,"kind":"draw","likes":1.5}', '"likes" must be a whole number'],
      ['{"t":1,"kind":"draw","total":1e300}', '"total" must be a whole'],
      ['{"t":1,"kind":"draw","server":"3"}', '"server" must be a whole'],
      ['{"t":1,"kind":"draw","attempt":-1}', '"attempt" must be a whole'],
      ['{"t":1,"kind":"send","reply":1}', '"reply" must be true or false'],
      ['{"t":1,"kind":"nak","reason":7}', '"reason" must be a text'],
    ] as const
  ) {
    assertThrows(() => parseEvent(line), SyntaxError, message);
  }
});

Deno.test("parseEvent() ignores keys of later versions", () => {
  assertEquals(parseEvent('{"t":1,"kind":"heal","colour":"red"}'), {
    t: 1,
    kind: "heal",
  });
});

Deno.test("kindCode() numbers the kinds from 0 on, so that digests stay what they are", () => {
  assertEquals(HISTORY_KINDS.map(kindCode), HISTORY_KINDS.map((_, i) => i));
  assertEquals(HISTORY_KINDS.length, 19);
  assertEquals(kindCode("heal"), 13);
  assertEquals(kindCode("count"), 5);
});

Deno.test("tickOf() rounds seconds to ticks of 0.1 ms", () => {
  assertEquals(tickOf({ t: 12.3457, kind: "draw" }), 123_457);
});
