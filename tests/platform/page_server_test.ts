import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { type PageFile, PageServer } from "../../lib/platform/page_server.ts";
import { StartError } from "../../lib/platform/start_error.ts";
import { granted } from "../permissions.ts";

const FILES = new Map<string, PageFile>([
  ["/", { type: "text/html; charset=utf-8", body: "<!doctype html>" }],
]);

const TEST = {
  ignore: !granted({ net: ["127.0.0.1"] }),
} as const;

/**
 * The answer to a request whose every byte the test decides: `fetch` sets
 * Host by itself.
 */
async function exchange(port: number, request: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(request));
  let text = "";
  const decoder = new TextDecoder();
  for await (const bytes of connection.readable) {
    text += decoder.decode(bytes, { stream: true });
  }
  return text;
}

function request(
  method: string,
  path: string,
  host: string,
): string {
  return `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
}

Deno.test({
  ...TEST,
  name:
    "PageServer answers GET and HEAD of what it has, with a policy that lets pages reach nobody else",
  async fn() {
    const server = new PageServer({
      port: 0,
      files: FILES,
      portFlag: "--page-port",
    });
    const response = await fetch(server.link);
    assertEquals(await response.text(), "<!doctype html>");
    assertEquals(
      response.headers.get("content-security-policy"),
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    assertEquals(response.headers.get("x-content-type-options"), "nosniff");
    assertEquals(
      response.headers.get("content-type"),
      "text/html; charset=utf-8",
    );
    const head = await fetch(server.link, { method: "HEAD" });
    assertEquals([head.status, await head.text()], [200, ""]);
    const missing = await fetch(`${server.link}etc/passwd`);
    assertEquals(missing.status, 404);
    await missing.body?.cancel();
    await server.stop();
  },
});

Deno.test({
  ...TEST,
  name: "PageServer answers its own names only, whoever else's name leads here",
  async fn() {
    const server = new PageServer({
      port: 0,
      files: FILES,
      portFlag: "--page-port",
    });
    const { port } = server;
    const hosts: [string, number][] = [
      [`127.0.0.1:${port}`, 200],
      [`localhost:${port}`, 200],
      // The end of a tunnel has a port of its own, or none that is written.
      ["localhost:9000", 200],
      ["LocalHost", 200],
      ["127.0.0.1", 200],
      [`127.0.0.1:${port + 1}`, 200],
      ["[::1]:9000", 200],
      ["[::1]", 200],
      [`evil.example:${port}`, 421],
      ["evil.example", 421],
      ["0.0.0.0:9000", 421],
      [`127.0.0.1:${port}.evil.example`, 421],
      ["localhost.evil.example", 421],
      ["notlocalhost", 421],
      ["me@localhost:9000", 421],
      ["localhost:99999", 421],
      ["::1", 421],
    ];
    for (const [host, status] of hosts) {
      assertMatch(
        await exchange(port, request("GET", "/", host)),
        new RegExp(`^HTTP/1.1 ${status} `),
        host,
      );
    }
    await server.stop();
  },
});

Deno.test({
  ...TEST,
  name: "PageServer changes nothing: every method but GET and HEAD is refused",
  async fn() {
    const server = new PageServer({
      port: 0,
      files: FILES,
      portFlag: "--page-port",
    });
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const text = await exchange(
        server.port,
        request(method, "/", `127.0.0.1:${server.port}`),
      );
      assertMatch(text, /^HTTP\/1.1 405 [^]*\r\nallow: GET, HEAD\r\n/i, method);
    }
    await server.stop();
  },
});

Deno.test({
  ...TEST,
  name: "PageServer takes the next free port, and says so when there is none",
  async fn() {
    const first = new PageServer({
      port: 0,
      files: FILES,
      portFlag: "--page-port",
    });
    const second = new PageServer({
      port: first.port,
      files: FILES,
      portFlag: "--page-port",
    });
    assertEquals(second.port > first.port, true);
    await second.stop();
    await first.stop();
    const taken = Deno.listen({ hostname: "127.0.0.1", port: 65_535 });
    assertThrows(
      () =>
        new PageServer({ port: 65_535, files: FILES, portFlag: "--page-port" }),
      StartError,
      "Cannot serve the page: no port from 65535 to 65535 is free (choose another with --page-port)",
    );
    taken.close();
  },
});

Deno.test("PageServer says in one line why it may not listen, and tries no other port", () => {
  const { serve } = Deno;
  const tried: unknown[] = [];
  for (
    const [error, reason] of [
      // What an ordinary user gets for a port below 1024; a test that runs as
      // root would get the port.
      [
        new Deno.errors.PermissionDenied("Permission denied (os error 13)"),
        "the port is not allowed for this user, name another with --page-port",
      ],
      [
        new Deno.errors.NotCapable("Requires net access"),
        "Requires net access (start with --allow-net=127.0.0.1)",
      ],
    ] as const
  ) {
    Object.assign(Deno, {
      serve: ({ port }: Deno.ServeTcpOptions) => {
        tried.push(port);
        throw error;
      },
    });
    try {
      assertThrows(
        () =>
          new PageServer({ port: 80, files: FILES, portFlag: "--page-port" }),
        StartError,
        `Cannot listen on 127.0.0.1:80: ${reason}`,
      );
    } finally {
      Object.assign(Deno, { serve });
    }
  }
  assertEquals(tried, [80, 80]);
});
