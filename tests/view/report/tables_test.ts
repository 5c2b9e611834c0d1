import { assertEquals } from "@std/assert";
import {
  eventItems,
  remarks,
  tableOf,
} from "../../../lib/view/report/tables.ts";

Deno.test("eventItems() stand one behind the other, with nothing that is taken for markup", () => {
  const event = { seconds: 1.5, who: "<n1>", text: "killed", tone: "bad" };
  assertEquals(
    eventItems([event, { ...event, seconds: 2, who: "n2" }] as never),
    '<li class="bad"><time>1.50 s</time> <b>&lt;n1&gt;</b> killed</li>' +
      '<li class="bad"><time>2.00 s</time> <b>n2</b> killed</li>',
  );
});

Deno.test("tableOf() names its rows and repeats each heading in its cells", () => {
  assertEquals(
    tableOf("A & B", ["run", "after"], [["<1>", "2 s"]]),
    '<div class="scroll" tabindex="0" role="region" aria-label="A &amp; B">' +
      '<table><thead><tr><th scope="col">run</th><th scope="col">after</th>' +
      '</tr></thead><tbody><tr><th scope="row">&lt;1&gt;</th>' +
      '<td data-head="after">2\u00a0s</td></tr></tbody></table></div>',
  );
});

Deno.test("remarks() are a paragraph each", () => {
  assertEquals(remarks([]), "");
  assertEquals(
    remarks(["a < b", "c"]),
    '<p class="note">a &lt; b</p><p class="note">c</p>',
  );
});
