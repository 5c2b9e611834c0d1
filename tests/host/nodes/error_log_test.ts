import { assertEquals } from "@std/assert";
import { ErrorLog } from "../../../lib/host/nodes/error_log.ts";
import { LogFolder } from "../../e2e/program.ts";
import { granted } from "../../permissions.ts";

const ignore = !granted({ read: ["/tmp"], write: ["/tmp"] });

Deno.test({
  name: "ErrorLog replaces the words of an earlier run, also if none follow",
  ignore,
  fn() {
    using folder = new LogFolder();
    const path = `${folder.path}/n1.log`;
    Deno.writeTextFileSync(path, "words of an earlier run\n");
    const failures: unknown[] = [];
    const log = new ErrorLog(path, (error) => failures.push(error));
    assertEquals(Deno.readTextFileSync(path), "");
    for (const word of ["one\n", "two\n"]) {
      log.add(new TextEncoder().encode(word));
    }
    log.close();
    assertEquals(Deno.readTextFileSync(path), "one\ntwo\n");
    assertEquals(log.lastLines, ["one", "two"]);
    assertEquals(failures, []);
  },
});

Deno.test({
  name: "ErrorLog says once that its file cannot be written, and keeps the end",
  ignore,
  fn() {
    using folder = new LogFolder();
    const path = `${folder.path}/n1.log`;
    Deno.mkdirSync(path);
    const failures: unknown[] = [];
    const log = new ErrorLog(path, (error) => failures.push(error));
    log.add(new TextEncoder().encode("last words\n"));
    assertEquals(failures.length, 1);
    assertEquals(log.lastLines, ["last words"]);
  },
});
