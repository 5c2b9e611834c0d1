import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import type { ReadTheory } from "../../../lib/verdict/prediction.ts";
import { judge } from "../../../lib/verdict/verdict.ts";
import { PictureRecorder } from "../../../lib/view/picture/recorder.ts";
import { replicaSettingOf } from "../../../lib/view/picture/run_setting.ts";
import { reportHtml, type ReportRun } from "../../../lib/view/report/report.ts";

function runOf(delivery: string, counted: number, command = "x"): ReportRun {
  const recorder = new PictureRecorder({
    world: "virtual",
    delivery,
    seed: 7,
    servers: 1,
    plannedSeconds: 10,
    command,
    faultFlags: ["--loss 3/100"],
  });
  recorder.sample(1, { generated: 20_912, counted: 0, stalenessSeconds: 0 });
  recorder.sample(5, { generated: 20_912, counted: 0, stalenessSeconds: 4 });
  recorder.sample(6, { generated: 20_912, counted, stalenessSeconds: 0 });
  const distribution = { mean: 1, p50: 1, p95: 2, p99: 3, max: 4 };
  const verdict = judge({
    delivery,
    seed: 7,
    command,
    divergence: distribution,
    stalenessSeconds: distribution,
    convergenceSeconds: 0.8,
    messages: 100,
    digest: "00ff",
  }, [{
    name: "LikesServer0",
    draws: 5,
    generated: 20_912,
    acknowledged: 20_912,
    counted,
    pending: 0,
  }]);
  recorder.end(verdict);
  return { picture: recorder.picture(), verdict };
}

/** A report without what only phones show, and with plain spaces. */
function plain(html: string): string {
  return html.replace(/ data-head="[^"]*"/g, "").replaceAll("\u00a0", " ");
}

/** Whatever makes a browser ask for something or run something. */
const REACHES_OUT =
  /<(script|link|img|iframe|object|embed|form|base|audio|video|source|use)\b|\bon\w+=|\bsrc=|\bhref=|url\(|@import|javascript:|\bstyle="/i;

Deno.test("reportHtml() tells verdict, faults, seed, command and distributions of one run", async () => {
  const html = await reportHtml([runOf("crdt", 20_912, "likes sim --seed 7")]);
  for (
    const text of [
      "<strong>CONVERGED</strong>",
      "All 20,912 likes generated are at the primary",
      "<code>--loss 3/100</code>",
      "<dd>7</dd>",
      "<code>likes sim --seed 7</code>",
      "<code>00ff</code>",
      "Share of the time above",
      '<th scope="row">LikesServer0</th>',
    ]
  ) assert(html.includes(text), text);
  assert(!/NaN|undefined|Infinity/.test(html));
});

Deno.test("reportHtml() puts the modes side by side on common axes", async () => {
  const html = await reportHtml([
    runOf("at-most-once", 20_000),
    runOf("crdt", 20_912),
  ]);
  assertEquals(html.match(/<svg class="timeline"/g)?.length, 2);
  assertMatch(
    plain(html),
    /<th scope="row">at-most-once<\/th><td class="no">✗ no<\/td>/,
  );
  assertMatch(
    plain(html),
    /<th scope="row">crdt<\/th><td class="yes">✓ yes<\/td>/,
  );
  assertStringIncludes(html, "912 likes of LikesServer0 were lost");
  // 100 messages for 20,912 likes.
  assertEquals(plain(html).match(/<td>0\.0048<\/td>/g)?.length, 2);
  // One digest would be that of one of them.
  assert(!html.includes("00ff"));
});

Deno.test("reportHtml() needs nothing but itself, and its policy allows its own style alone", async () => {
  for (
    const runs of [[runOf("crdt", 20_912)], [
      runOf("crdt", 20_912),
      runOf("dedup", 1),
    ]]
  ) {
    const html = await reportHtml(runs);
    const [found] = REACHES_OUT.exec(html) ?? [];
    assertEquals(found, undefined);
    const style = /<style>(.*?)<\/style>/s.exec(html)?.[1] ?? "";
    assert(style.length > 1000);
    const digest = await crypto.subtle.digest(
      "SHA-256",
      new TextEncoder().encode(style),
    );
    const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
    assertStringIncludes(
      html,
      `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    );
  }
});

Deno.test("reportHtml() takes no text for markup", async () => {
  const evil = `x'"><script>alert(1)</script>&amp;`;
  const html = await reportHtml([runOf("crdt", 5, evil)]);
  assertEquals(html.includes("<script"), false);
  assertStringIncludes(
    html,
    "x&#39;&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;",
  );
});

Deno.test("reportHtml() refuses to report on nothing", async () => {
  await assertRejects(
    () => reportHtml([]),
    RangeError,
    "Cannot report on 0 runs: at least 1 is needed",
  );
});

Deno.test("reportHtml() tells of replicas and reads where there are any, and of none otherwise", async () => {
  const { picture, verdict } = runOf("crdt", 20_912);
  const none = { mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };
  const facts = {
    agreementSeconds: 1.5,
    apartSeconds: 14.1,
    spread: { ...none, max: 283 },
    replicas: [
      { name: "primary0", counted: 20_912 },
      { name: "primary1", counted: 20_912 },
    ],
    reads: {
      count: 812,
      unanswered: 1,
      fresh: 0.981,
      seconds: none,
      monotonicPairs: 600,
      monotonicViolations: 3,
      freshAfter: [{ seconds: 0.5, reads: 811, fresh: 0.981 }],
    },
  };
  const texts = [
    "<dt>replicas</dt><dd>primary0 20,912, primary1 20,912</dd>",
    "<dt>agreed in</dt><dd><b>1.5 s</b> <small>14.1 s apart in all</small>",
    "<dt>largest spread</dt><dd><b>283</b>",
    "<dt>fresh reads</dt><dd><b>98.1 %</b> <small>of 812 answered reads",
    "<dt>went back</dt><dd><b>3</b> <small>of 600 pairs of reads",
    "How stale readers were",
    "at the replicas",
  ];
  const html = await reportHtml([{
    picture,
    verdict: { ...verdict, ...facts },
  }]);
  for (const text of texts) assertStringIncludes(html, text);
  assert(!/NaN|undefined|Infinity/.test(html));
  const lines = { ...picture.series, replicas: [[1], [2]], highest: [2] };
  const keyed = await reportHtml([{
    picture: { ...picture, series: lines },
    verdict: { ...verdict, ...facts },
  }]);
  // Each replica's line, as it is drawn.
  for (const replica of [0, 1]) {
    const key = `<span class="key replica"><svg class="dashes r${replica}"`;
    assertStringIncludes(keyed, key);
    assert(keyed.includes(`<path class="line replica r${replica}"`));
  }
  const alone = await reportHtml([{ picture, verdict }]);
  for (const text of texts) assert(!alone.includes(text), text);

  const compared = await reportHtml([
    { picture, verdict: { ...verdict, ...facts } },
    { picture, verdict: { ...verdict, ...facts, reads: undefined } },
  ].map((run) => run as ReportRun));
  assertStringIncludes(
    compared,
    '<th scope="col">replicas agreed in</th><th scope="col">apart in all</th><th scope="col">fresh reads</th>',
  );
  assertStringIncludes(plain(compared), "<td>98.1 %</td></tr>");
});

Deno.test("reportHtml() puts theory beside the reads of a run, or says what it does not know", async () => {
  const { picture, verdict } = runOf("crdt", 20_912);
  const none = { mean: 0, p50: 0.25, p95: 0, p99: 0.75, max: 1 };
  const ages = [0, 0.5, 1].map((seconds) => ({
    ...{ seconds, reads: 5, fresh: 0.8 },
  }));
  const told = {
    ...verdict,
    writesUnserved: 0.015,
    acknowledgementSeconds: none,
    reads: {
      ...{ count: 15, unanswered: 0, fresh: 0.8, seconds: none },
      ...{ behindVersions: none, behindSeconds: none, freshAfter: ages },
      ...{ monotonicPairs: 9, monotonicViolations: 1 },
      ...{ ownReads: 4, ownMissed: 2 },
    },
  };
  const quantiles = { p50: 0, p99: 0, "p99.9": 0 };
  const predicted = {
    ...{ read: 1, write: 2, freshAtOnce: 0.75, freshAfter: ages },
    freshSeconds: { p99: 0.1, "p99.9": 0.555 },
    ...{ readSeconds: quantiles, writeSeconds: quantiles },
  };
  const withTheory = (readTheory: ReadTheory): ReportRun => ({
    verdict: told,
    picture: {
      ...picture,
      setting: {
        ...picture.setting,
        readTheory,
        ...replicaSettingOf({
          ...{ replicas: 3, readers: 2, writeTo: "all", writeQuorum: 2 },
          ...{ readFrom: "all", readQuorum: 1, readRepair: "before" },
          readAfterTicks: 15_000,
        }),
      },
    },
  });
  const html = await reportHtml([withTheory({ predicted })]);
  for (
    const text of [
      "<dt>own missed</dt><dd><b>2</b> <small>of 4 own reads",
      "<dt>writes unserved</dt><dd><b>1.5 %</b>",
      '<th scope="row">acknowledgement, seconds, over draws</th><td>0</td><td>0.25</td><td>0</td><td>0.75</td><td>1</td>',
      '<th scope="row">behind, versions, over stale reads</th>',
      '<th scope="row">behind, seconds, over stale reads</th>',
      '<th scope="row">latency, seconds, over reads</th>',
      "<dd>to all replicas, acknowledged by W = 2 of them</dd>",
      "<dd>from all replicas, the newest of the first R = 1 answers; repair before the answer; likes servers read their own 1.5 s after each acknowledgement</dd>",
      '<path class="line theory"',
      "Dashed: the WARS model for R = 1, W = 2 and these latencies, one write at a time, none sent again: 75 % at once, 99.9 % after 555 ms.",
    ]
  ) assertStringIncludes(plain(html), text);
  const without = await reportHtml([
    withTheory({ without: ["gossip", "losses"] }),
  ]);
  assert(!without.includes('<path class="line theory"'));
  assertStringIncludes(
    without,
    "No theory is beside it: the WARS model does not know gossip, losses.",
  );
});

Deno.test("reportHtml() says that its command does the whole run where one was stopped", async () => {
  const run = runOf("crdt", 20_912);
  const note = async (one: ReportRun) =>
    /The command above does the [^.]*/.exec(await reportHtml([one]))?.[0];
  assertEquals(await note(run), "The command above does the same run again");
  const stopped = { afterSeconds: 3, plannedSeconds: 10 };
  assertEquals(
    await note({ ...run, verdict: { ...run.verdict, stopped } }),
    "The command above does the whole run",
  );
});
