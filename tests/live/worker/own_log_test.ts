import { assertEquals, assertThrows } from "@std/assert";
import {
  DrawnLikes,
  openLog,
  tallyLog,
} from "../../../lib/live/worker/own_log.ts";
import { DELIVERIES } from "../../../lib/domain/delivery.ts";
import { granted } from "../../permissions.ts";
import { workerOptions } from "./worker_options_of.ts";
import { TempFolder } from "../../temp_folder.ts";

const ignore = !granted({ read: ["/tmp"], write: ["/tmp"] });

function unheard(message: string): never {
  throw new Error(`Unexpected: ${message}`);
}

/** Runs a test in a folder of its own. */
function inFolder(test: (log: string) => void): void {
  using temp = new TempFolder();
  const folder = temp.path;
  test(`${folder}/LikesServer3`);
}

const seen = {
  seq: 2,
  total: 23,
  acknowledgedSeq: 1,
  acknowledged: 14,
  attempt: 2,
  read: 0,
};

Deno.test("DrawnLikes looks up what was pushed, and nothing else", () => {
  const drawn = new DrawnLikes(Uint8Array.of(14, 9));
  for (let likes = 0; likes < 100; likes++) drawn.push(likes % 43);
  assertEquals(drawn.count, 102);
  assertEquals(drawn.likes(0, 1), 14);
  assertEquals(drawn.likes(0, 3), 0);
  assertEquals(drawn.likes(0, 102), 99 % 43);
  for (const seq of [0, 103, 1.5, -1, NaN]) {
    assertThrows(() => drawn.likes(0, seq), RangeError, `${seq}`);
  }
});

Deno.test({
  name: "openLog() replaces the log of an earlier run, and a link in its place",
  ignore,
  fn() {
    inFolder((log) => {
      Deno.writeTextFileSync(`${log}.victim`, "precious");
      Deno.linkSync(`${log}.victim`, log);
      const open = openLog(workerOptions({ log }), unheard);
      open.append(14);
      open.close();
      assertEquals(Deno.readTextFileSync(log), "LikesServer3 14\n");
      assertEquals(Deno.readTextFileSync(`${log}.victim`), "precious");
    });
  },
});

Deno.test({
  name: "openLog() goes on from the log of a likes server that died",
  ignore,
  fn() {
    inFolder((log) => {
      Deno.writeTextFileSync(
        log,
        "LikesServer3 14\nLikesServer3 9\nLikesServer3 1\n",
      );
      const open = openLog(workerOptions({ log, resume: seen }), unheard);
      assertEquals([open.drawn.count, open.drawn.total], [3, 24]);
      open.append(42);
      assertEquals([open.drawn.count, open.drawn.total], [4, 66]);
      open.close();
      assertEquals(
        Deno.readTextFileSync(log),
        "LikesServer3 14\nLikesServer3 9\nLikesServer3 1\nLikesServer3 42\n",
      );
    });
  },
});

Deno.test({
  name: "openLog() cuts off a torn last line and says so",
  ignore,
  fn() {
    inFolder((log) => {
      Deno.writeTextFileSync(
        log,
        "LikesServer3 14\nLikesServer3 9\nLikesServer3 1",
      );
      const told: string[] = [];
      const open = openLog(
        workerOptions({ log, resume: seen }),
        (message) => told.push(message),
      );
      open.append(5);
      open.close();
      assertEquals(told.length, 1);
      assertEquals(
        Deno.readTextFileSync(log),
        "LikesServer3 14\nLikesServer3 9\nLikesServer3 5\n",
      );
    });
  },
});

Deno.test({
  name: "openLog() leaves a log alone that is not what the parent saw",
  ignore,
  fn() {
    inFolder((log) => {
      for (
        const content of [
          "LikesServer3 14\n",
          "LikesServer3 14\nLikesServer3 8\nLikesServer3 1\n",
          "LikesServer3 14\nLikesServer3 9", // torn: the second draw was seen whole
          "LikesServer4 14\nLikesServer4 9\n",
          "",
        ]
      ) {
        Deno.writeTextFileSync(log, content);
        assertThrows(() =>
          openLog(workerOptions({ log, resume: seen }), unheard)
        );
        assertThrows(() => tallyLog(workerOptions({ log, resume: seen })));
        assertEquals(Deno.readTextFileSync(log), content);
      }
    });
  },
});

Deno.test({
  name: "openLog() misses a draw of no likes, too",
  ignore,
  fn() {
    inFolder((log) => {
      Deno.writeTextFileSync(log, "LikesServer3 14\n");
      const resume = { ...seen, total: 14 };
      assertThrows(
        () => openLog(workerOptions({ log, resume }), unheard),
        Error,
        "it holds 1 draw,",
      );
    });
  },
});

Deno.test({
  name:
    "tallyLog() tells what a dead likes server generated, and what it would still have delivered",
  ignore,
  fn() {
    inFolder((log) => {
      Deno.writeTextFileSync(
        log,
        "LikesServer3 14\nLikesServer3 9\nLikesServer3 1\n",
      );
      for (const delivery of DELIVERIES) {
        const account = tallyLog(
          workerOptions({ log, resume: seen, delivery, tally: true }),
        );
        assertEquals(account.seq, 3);
        assertEquals(account.generated, 24);
        assertEquals(account.acknowledged, 14);
        assertEquals(account.pending, delivery === "at-most-once" ? 0 : 10);
      }
    });
  },
});
