import { assertEquals, assertGreater } from "@std/assert";
import { readLines } from "../../lib/platform/bounded_lines.ts";
import {
  netPermission,
  workerArguments,
  workerPermissions,
} from "../../lib/live/worker/options.ts";
import { TIME_QUESTION } from "../../lib/live/worker/run_clock.ts";
import { Peer, say } from "../live/peer.ts";
import { workerOptions } from "../live/worker/worker_options_of.ts";
import { CAN_RUN, LogFolder } from "./program.ts";

const encoder = new TextEncoder();

/**
 * The refusals of a process with a likes server's permissions, one attempt
 * each.
 */
const ATTEMPTS = `
const [log, otherLog, port, otherPort] = Deno.args;
const attempts = {
  writeItsLog: () => Deno.writeTextFileSync(log, ""),
  reachThePrimary: () => Deno.connect({ hostname: "127.0.0.1", port: Number(port) }),
  readItsLog: () => Deno.readTextFileSync(log),
  readAFile: () => Deno.readTextFileSync("/etc/hostname"),
  writeAnotherFile: () => Deno.writeTextFileSync(otherLog, ""),
  listen: () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  reachAnotherPort: () => Deno.connect({ hostname: "127.0.0.1", port: Number(otherPort) }),
  reachAnotherHost: () => Deno.connect({ hostname: "127.0.0.2", port: Number(port) }),
  startAProgram: () => new Deno.Command(Deno.execPath()).spawn(),
  readTheEnvironment: () => Deno.env.get("HOME"),
};
const outcomes = {};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    await attempt();
    outcomes[name] = "done";
  } catch (error) {
    outcomes[name] = error.name;
  }
}
console.log(JSON.stringify(outcomes));
`;

async function outcomes(
  permissions: readonly string[],
  folder: LogFolder,
  port: number,
): Promise<Record<string, string>> {
  const script = `${folder.path}/attempts.ts`;
  Deno.writeTextFileSync(script, ATTEMPTS);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--quiet",
      ...permissions,
      script,
      `${folder.path}/LikesServer3`,
      `${folder.path}/LikesServer4`,
      `${port}`,
      `${port === 65535 ? port - 1 : port + 1}`,
    ],
    env: { LD_LIBRARY_PATH: "", LD_PRELOAD: "" },
    stdin: "null",
    stderr: "null",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

const REFUSED = {
  readItsLog: "NotCapable",
  readAFile: "NotCapable",
  writeAnotherFile: "NotCapable",
  listen: "NotCapable",
  reachAnotherPort: "NotCapable",
  reachAnotherHost: "NotCapable",
  startAProgram: "NotCapable",
  readTheEnvironment: "NotCapable",
};

const seen = {
  seq: 0,
  total: 0,
  acknowledgedSeq: 0,
  acknowledged: 0,
  attempt: 0,
  read: 0,
};

Deno.test({
  name:
    "netPermission() lets a reader reach the replicas' ports, and nothing else",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    using first = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    using second = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const permissions = [netPermission([first.addr.port, second.addr.port])];
    for (const { addr } of [first, second]) {
      const { reachAnotherPort: _, ...others } = await outcomes(
        permissions,
        folder,
        addr.port,
      );
      const { reachAnotherPort: __, ...refused } = REFUSED;
      assertEquals(others, {
        ...refused,
        reachThePrimary: "done",
        writeItsLog: "NotCapable",
      });
    }
  },
});

Deno.test({
  name:
    "workerPermissions() let a likes server write its log and reach the primary, and nothing else",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    const log = `${folder.path}/LikesServer3`;
    const options = workerOptions({ ports: [port], log });

    assertEquals(await outcomes(workerPermissions(options), folder, port), {
      ...REFUSED,
      writeItsLog: "done",
      reachThePrimary: "done",
    });
    assertEquals(
      await outcomes(
        workerPermissions({ ...options, resume: seen }),
        folder,
        port,
      ),
      {
        ...REFUSED,
        writeItsLog: "done",
        reachThePrimary: "done",
        readItsLog: "done",
      },
    );
    assertEquals(
      await outcomes(
        workerPermissions({ ...options, resume: seen, tally: true }),
        folder,
        port,
      ),
      {
        ...REFUSED,
        writeItsLog: "NotCapable",
        reachThePrimary: "NotCapable",
        readItsLog: "done",
      },
    );
  },
});

Deno.test({
  name:
    "main() of a likes server gives up to write, read and run once its log is open, whatever was granted",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using peer = new Peer((connection) => say(connection, "ACK\n"));
    const worker = new URL("../../worker.ts", import.meta.url).href;
    const script = `${folder.path}/inside.ts`;
    const log = `${folder.path}/LikesServer3`;
    // The compiled binary has one set of permissions for all roles: here, all
    // there are.
    Deno.writeTextFileSync(
      script,
      `
      import { main } from ${JSON.stringify(worker)};
      const timer = setInterval(() => {
        try {
          Deno.statSync(${JSON.stringify(log)});
        } catch (error) {
          if (error instanceof Deno.errors.NotFound) return; // not open yet
        }
        clearInterval(timer);
        const states = ["write", "read", "run", "net"].map((name) =>
          name + " " + Deno.permissions.querySync({ name }).state
        );
        console.error(states.join(", "));
      }, 1);
      await main(${
        JSON.stringify(
          workerArguments(workerOptions({ ports: [peer.port], log })),
        )
      });
      `,
    );
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "-A", script],
      env: { LD_LIBRARY_PATH: "", LD_PRELOAD: "" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const lines: string[] = [];
    const stdin = child.stdin.getWriter();
    await Promise.all([
      readLines(child.stdout, (line) => {
        if (line === TIME_QUESTION) stdin.write(encoder.encode("0\n"));
      }),
      readLines(child.stderr, (line) => lines.push(line)),
    ]);
    assertEquals((await child.status).code, 0, lines.join("\n"));
    await stdin.close();
    assertEquals(lines, [
      "write prompt, read prompt, run prompt, net granted",
    ]);
    assertGreater(folder.lines("LikesServer3").length, 0);
  },
});
