import { assertEquals } from "@std/assert";
import { runLab } from "../../../../lib/view/lab/lab_run.ts";
import { seriesAt } from "../../../../lib/view/lab/film/series_at.ts";
import { settingFromHash } from "../../../../lib/view/lab/setting.ts";

Deno.test("seriesAt() has the likes of each replica and of a primary alone, not of more than have lines", () => {
  for (const [replicas, lines] of [[1, 1], [3, 3], [40, undefined]] as const) {
    const { picture, verdict } = runLab(
      settingFromHash(`#servers=12&lifetime=20s&replicas=${replicas}`),
    );
    const { counted, replicas: held } = seriesAt(picture.series, Infinity);
    assertEquals(counted, verdict.counted);
    assertEquals(
      held,
      lines && Array.from({ length: lines }, () => verdict.counted ?? null),
    );
  }
});
