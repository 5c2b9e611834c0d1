import { assert, assertEquals } from "@std/assert";
import { serveLab } from "../../../lib/live/pages/lab.ts";
import { granted } from "../../permissions.ts";

const ignore = !granted({ net: ["127.0.0.1"] });

/** Serves the laboratory while something is tried with it. */
async function withLab(
  program: string,
  act: (link: string) => Promise<void>,
): Promise<void> {
  const server = serveLab({ pagePort: 0, program });
  try {
    await act(server.link);
  } finally {
    await server.stop();
  }
}

Deno.test({
  name: "serveLab() serves a page, and all that the page refers to",
  ignore,
  async fn() {
    await withLab("deno task", async (link) => {
      const html = await (await fetch(link)).text();
      const names = [...html.matchAll(/(?:href|src)="([^"]+)"/g)]
        .map(([, name]) => name);
      assertEquals(names.toSorted(), ["icon.svg", "lab.css", "lab.js"]);
      for (const name of names) {
        const answer = await fetch(new URL(name ?? "", link));
        assertEquals(answer.status, 200, name);
        assert((await answer.text()).length > 0, name);
      }
    });
  },
});

Deno.test({
  name: "serveLab() allows a page its own files and nothing else",
  ignore,
  async fn() {
    await withLab("deno task", async (link) => {
      const answer = await fetch(link);
      const policy = answer.headers.get("content-security-policy") ?? "";
      assert(policy.includes("default-src 'none'"), policy);
      assert(policy.includes("script-src 'self'"), policy);
      assertEquals(policy.includes("unsafe"), false, policy);
      const html = await answer.text();
      assertEquals(/ style=|<script>|<style|onclick|https?:/.test(html), false);
      const posted = await fetch(link, { method: "POST", body: "likes" });
      assertEquals(posted.status, 405);
      await posted.body?.cancel();
      const other = await fetch(new URL("main.ts", link));
      assertEquals(other.status, 404);
      await other.body?.cancel();
    });
  },
});

Deno.test({
  name: "serveLab() tells the page what is typed before a command, as text",
  ignore,
  async fn() {
    await withLab('a "b" <c>', async (link) => {
      const html = await (await fetch(link)).text();
      assert(
        html.includes('data-program="a &quot;b&quot; &lt;c&gt;"'),
        html,
      );
    });
  },
});
