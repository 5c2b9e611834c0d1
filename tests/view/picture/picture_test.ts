import { assertEquals } from "@std/assert";
import { judge } from "../../../lib/verdict/verdict.ts";
import { isOver } from "../../../lib/view/picture/picture.ts";
import { PictureRecorder } from "../../../lib/view/picture/recorder.ts";

Deno.test("isOver() is true once there is a verdict of either kind", () => {
  const picture = new PictureRecorder({
    ...{ world: "virtual", delivery: "crdt", seed: 7, servers: 1 },
    ...{ plannedSeconds: 10, command: "x", faultFlags: [] },
  }).picture();
  assertEquals(isOver(picture), false);
  const verdict = judge({ delivery: "crdt", seed: 7 }, []);
  assertEquals(isOver({ ...picture, verdict }), true);
  const conclusion = { passed: true, word: "CONVERGED", text: "" };
  assertEquals(isOver({ ...picture, conclusion }), true);
});
