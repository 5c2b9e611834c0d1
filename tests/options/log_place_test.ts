import { assertEquals, assertMatch } from "@std/assert";
import {
  logStartError,
  resumeStartError,
} from "../../lib/options/log_place.ts";

const {
  AlreadyExists,
  NotADirectory,
  NotCapable,
  NotFound,
  PermissionDenied,
} = Deno.errors;

Deno.test("logStartError() says in one line what is wrong with a folder, and names the flag", () => {
  const cases: [string, Error, string][] = [
    [
      "/tmp/none/LikesServer0",
      new NotFound("x"),
      "the folder /tmp/none does not exist, name another folder with --log-dir",
    ],
    [
      "/var/tmp/LikesServer0",
      new NotCapable("x"),
      "writing there is not permitted, name another folder with --log-dir (the tasks permit /tmp) or start with --allow-write=/var/tmp",
    ],
    [
      "/tmp/file/LikesServer0",
      new NotADirectory("x"),
      "/tmp/file is no folder, name another folder with --log-dir",
    ],
    [
      "/LikesServer0",
      new PermissionDenied("x"),
      "it is not writable for this user, name another folder with --log-dir",
    ],
    [
      "/tmp/LikesServer0",
      new AlreadyExists("x"),
      "somebody else created it at the same moment",
    ],
    [
      "/tmp/LikesServer0",
      new Error("Is a directory\nat somewhere"),
      "Is a directory, name another folder with --log-dir",
    ],
  ];
  for (const [path, error, reason] of cases) {
    const { message, cause } = logStartError(path, error);
    assertEquals(message, `Cannot log to ${path}: ${reason}`);
    assertEquals(cause, error);
  }
});

Deno.test("logStartError() names the flag that the file came from", () => {
  assertMatch(
    logStartError("h", new NotFound("x"), "--history").message,
    /: the folder \. does not exist, name another file with --history$/,
  );
});

Deno.test("resumeStartError() says in one line what is missing", () => {
  const lines = [
    resumeStartError("/tmp/L", new NotFound("x")),
    resumeStartError("/tmp/L", new NotCapable("Requires read access\nx")),
  ].map(({ message }) => message);
  assertEquals(lines, [
    "Cannot resume from /tmp/L: there is no such log, start without --resume",
    "Cannot resume from /tmp/L: Requires read access (start with --allow-read=/tmp/L)",
  ]);
});
