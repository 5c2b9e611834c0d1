import { assert, assertEquals } from "@std/assert";
import { VERSION } from "../../lib/domain/version.ts";
import { labPage } from "../../lib/view/lab_page.ts";

Deno.test("labPage() refers to nothing, and its policy allows its own parts alone", async () => {
  const { html, policy } = await labPage("deno task");
  assertEquals(
    policy.replaceAll(/'sha256-[\w+/]{43}='/g, "HASH"),
    "default-src 'none'; style-src HASH; script-src HASH; worker-src blob:; img-src data:; base-uri 'none'; form-action 'none'",
  );
  assert(html.includes(`content="${policy}"`));
  const markup = html.replace(
    /<style>[^]*<\/style>|<script[^]*<\/script>/g,
    "",
  );
  const links = [...markup.matchAll(/(?:href|src)="([^"]+)"/g)]
    .map(([, address = ""]) => address.slice(0, 18));
  assertEquals(links, ["data:image/svg+xml"]);
  assertEquals(/ style=| on\w+=/.test(markup), false, markup);
  // A style or script that ended early would go on as markup.
  assertEquals(html.match(/<\/(?:style|script)/g), [
    "</style",
    "</script",
    "</script",
  ]);
  assertEquals(html.includes("<!--"), false);
  assertEquals(/@import|url\((?!["']?data:)/.test(html), false);
});

Deno.test("labPage() says its version and what is typed before a command, as text", async () => {
  const { html } = await labPage('a "b" <c>');
  assert(html.includes(`data-version="${VERSION}"`));
  assert(html.includes('data-program="a &quot;b&quot; &lt;c&gt;"'));
});
