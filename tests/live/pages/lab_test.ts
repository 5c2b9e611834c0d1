import { assertEquals } from "@std/assert";
import { serveLab } from "../../../lib/live/pages/lab.ts";
import { labPage } from "../../../lib/view/lab_page.ts";
import { granted } from "../../permissions.ts";

const ignore = !granted({ net: ["127.0.0.1"] });

Deno.test({
  name:
    "serveLab() serves the bytes of the file, under the policy of the file, and nothing else",
  ignore,
  async fn() {
    const server = await serveLab({ pagePort: 0, program: "deno task" });
    try {
      const { html, policy } = await labPage("deno task");
      const answer = await fetch(server.link);
      assertEquals(
        answer.headers.get("content-security-policy"),
        `${policy}; frame-ancestors 'none'`,
      );
      assertEquals(await answer.text(), html);
      const posted = await fetch(server.link, {
        method: "POST",
        body: "likes",
      });
      assertEquals(posted.status, 405);
      await posted.body?.cancel();
      const other = await fetch(new URL("main.ts", server.link));
      assertEquals(other.status, 404);
      await other.body?.cancel();
    } finally {
      await server.stop();
    }
  },
});
