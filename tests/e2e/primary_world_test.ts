// What needs more than Deno: a disk that is full, a symbolic link, a client in
// C. They are done by a Deno of their own that may do everything, and are
// ignored where the machine has no such thing.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { servePrimary } from "../../primary.ts";
import { LineClient, TestPrimary } from "../live/primary/line_client.ts";
import { CAN_RUN, LogFolder, outside } from "./program.ts";

/**
 * Runs a program outside; prints "ok" and what it wrote, or why it did not run.
 */
async function command(name: string, ...args: string[]): Promise<string> {
  return await outside(`
    try {
      const { code, stdout, stderr } = new Deno.Command(${
    JSON.stringify(name)
  }, {
        args: ${JSON.stringify(args)},
      }).outputSync();
      const text = (bytes) => new TextDecoder().decode(bytes);
      console.log(code === 0 ? "ok " + text(stdout) : "failed " + text(stderr));
    } catch (error) {
      console.log("failed " + error.message);
    }
  `);
}

async function works(name: string, ...args: string[]): Promise<boolean> {
  return CAN_RUN && (await command(name, ...args)).startsWith("ok");
}

async function canMount(): Promise<boolean> {
  if (!CAN_RUN) return false;
  using folder = new LogFolder();
  const args = ["-t", "tmpfs", "-o", "size=64k", "none", folder.path];
  if (!await works("mount", ...args)) return false;
  return await works("umount", folder.path);
}

Deno.test({
  name:
    "servePrimary() on a full disk counts nothing it could not log, says NAK full, and goes on when there is room",
  ignore: !await canMount(),
  async fn() {
    using folder = new LogFolder();
    const args = ["-t", "tmpfs", "-o", "size=64k", "none", folder.path];
    assertEquals(await command("mount", ...args), "ok");
    try {
      const primary = await servePrimary({ port: 0, logDir: folder.path });
      try {
        await fillAndGoOn(primary.port, folder);
      } finally {
        await primary.stop();
      }
    } finally {
      assertEquals(await command("umount", folder.path), "ok");
    }
  },
});

async function fillAndGoOn(port: number, folder: LogFolder): Promise<void> {
  const ballast = `${folder.path}/ballast`;
  Deno.writeFileSync(ballast, new Uint8Array(8192));
  using client = await LineClient.connect(port);
  let acks = 0;
  let isFull = false;
  while (!isFull) {
    await client.send("LikesServer0 2\n".repeat(20));
    const replies = await client.lines(20);
    // All reports of a read are in the journal, or none of them.
    isFull = replies.includes("NAK full");
    assertEquals(replies, new Array(20).fill(isFull ? "NAK full" : "ACK"));
    if (!isFull) acks += 20;
  }
  assert(acks > 100);
  // There may be room for less than twenty lines, to the last byte of the last
  // page.
  while (await client.ask("LikesServer0 2") === "ACK") acks++;
  // A refusal could not be logged either, and is no reason to stop.
  assertEquals(await client.ask("odd ".repeat(50)), "NAK full");
  assertEquals(await client.ask("READ"), `TOTAL ${2 * acks}`);
  assertEquals(folder.lines("PrimaryLikesLog").length, acks);

  Deno.removeSync(ballast);
  assertEquals(await client.ask("LikesServer0 2"), "ACK");
  assertEquals(await client.ask("READ"), `TOTAL ${2 * acks + 2}`);
  const lines = folder.lines("PrimaryLikesLog");
  assertEquals(lines.length, acks + 1);
  for (const [i, line] of lines.entries()) {
    assertMatch(line, new RegExp(`Z LikesServer0 2 Total ${2 * i + 2}$`));
  }
}

Deno.test({
  name:
    "servePrimary() replaces a symbolic link planted in place of its log, and writes through none in place of its lock",
  ignore: !await works("ln", "--version"),
  async fn() {
    await using primary = await TestPrimary.start();
    await primary.stop();
    const treasure = `${primary.folder}/treasure`;
    Deno.writeTextFileSync(treasure, "gold");
    const lock = `${primary.log}.lock`;
    for (const target of [treasure, `${primary.folder}/nowhere`]) {
      assertEquals(await command("ln", "-sf", target, primary.log), "ok");
      assertEquals(await command("ln", "-sf", treasure, lock), "ok");
      await primary.startAgain({});
      {
        using client = await primary.connect();
        assertEquals(await client.ask("LikesServer0 14"), "ACK");
      }
      await primary.stop();
      assertEquals(Deno.readTextFileSync(treasure), "gold");
      assert(Deno.lstatSync(primary.log).isFile);
      assertEquals(primary.journal(), ["LikesServer0 14 Total 14"]);
    }
  },
});

/**
 * The behaviour of the original client: one report, no LF, then it waits for
 * exactly three bytes.
 */
const ORIGINAL_CLIENT = `
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
int main(int argc, char **argv) {
  struct sockaddr_in a = {0};
  a.sin_family = AF_INET;
  a.sin_port = htons(atoi(argv[1]));
  inet_pton(AF_INET, "127.0.0.1", &a.sin_addr);
  int s = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(s, (void *)&a, sizeof a)) return 1;
  char text[64], reply[16] = {0};
  int n = snprintf(text, sizeof text, "%s %s", argv[2], argv[3]);
  if (send(s, text, n, 0) != n) return 2;
  int got = 0, k;
  while ((k = recv(s, reply + got, sizeof reply - 1 - got, 0)) > 0) got += k;
  printf("%d bytes %s", got, reply);
  return close(s);
}
`;

Deno.test({
  name: "servePrimary() is understood by a client in C of the original kind",
  ignore: !await works("gcc", "--version"),
  async fn() {
    await using primary = await TestPrimary.start();
    const program = `${primary.folder}/client`;
    Deno.writeTextFileSync(`${program}.c`, ORIGINAL_CLIENT);
    assertEquals(await command("gcc", "-o", program, `${program}.c`), "ok");
    const port = String(primary.running.port);
    for (let i = 0; i < 3; i++) {
      assertEquals(
        await command(program, port, "LikesServer7", "14"),
        "ok 3 bytes ACK",
      );
    }
    assertEquals(await primary.total(), 42);
  },
});
