import { assertEquals, assertThrows } from "@std/assert";
import {
  formatEvents,
  Kind,
  kindOf,
  packEvent,
  parseEvents,
  toOf,
  whichOf,
  whoOf,
} from "../../../lib/explore/model/events.ts";

Deno.test("parseEvents() reads what formatEvents() writes, of every kind", () => {
  for (const kind of Object.values(Kind)) {
    const event = kind === Kind.END
      ? packEvent(kind)
      : packEvent(kind, 5, 63, 3);
    assertEquals(parseEvents(formatEvents([event])), [event]);
    assertEquals(kindOf(event), kind);
  }
  const event = packEvent(Kind.DELIVER, 6, 40, 2);
  assertEquals([whoOf(event), whichOf(event), toOf(event)], [6, 40, 2]);
});

Deno.test("parseEvents() refuses what is no event, naming it", () => {
  for (const word of ["", "draw", "end0", "drawn0", "draw0.x", "draw64", "0"]) {
    assertThrows(() => parseEvents(`draw0,${word}`), SyntaxError, `"${word}"`);
  }
});
