/**
 * The dashboard's page: shows what the server sends.
 *
 * @module
 */
/// <reference lib="dom" />
import { quantity } from "../numbers.ts";
import { isOver, type RunPicture } from "../picture/picture.ts";
import { wordsOf } from "../picture/words.ts";
import { TITLES } from "../report/headline.ts";
import { element, setText } from "./dom.ts";
import { EventList } from "./event_list.ts";
import { HeadlineBar } from "./headline_bar.ts";
import { ReadPanel } from "./read_panel.ts";
import { ReplicaTable } from "./replica_table.ts";
import { ServerTable } from "./server_table.ts";
import { SettingList } from "./setting_list.ts";
import { Timeline } from "./timeline.ts";

function start(): void {
  const title = element("h1", {}, "Likes");
  const progress = element("p", {});
  const connection = element("p", { class: "connection", role: "status" });
  const views = [
    new HeadlineBar(),
    new Timeline(),
    new ReplicaTable(),
    new ReadPanel(),
    new ServerTable(),
    new EventList(),
    new SettingList(),
  ] as const;
  const [headline, timeline, replicas, reads, servers, events, setting] = views;
  document.body.append(
    element("header", {}, title, progress, connection),
    element(
      "main",
      { class: "layout" },
      headline.root,
      timeline.root,
      replicas.root,
      reads.root,
      servers.root,
      events.root,
      setting.root,
    ),
  );

  let picture: RunPicture | null = null;
  let isDrawing = false;
  const draw = () => {
    isDrawing = false;
    if (picture === null) return;
    const { world } = picture.setting;
    const word = isOver(picture) ? `${headlineWord()} · ` : "";
    document.title = `${word}${TITLES[world]} · likes`;
    setText(title, TITLES[world]);
    document.body.classList.toggle("primary", world === "primary");
    setText(progress, describeProgress(picture));
    for (const view of views) view.show(picture);
  };
  const headlineWord = () =>
    headline.root.querySelector("strong")?.textContent ?? "";
  const show = (next: RunPicture) => {
    picture = next;
    // A page that is not looked at draws nothing, and the latest when it is
    // again.
    if (!isDrawing) requestAnimationFrame(draw);
    isDrawing = true;
  };

  const source = new EventSource("events");
  source.addEventListener("picture", ({ data }) => {
    setText(connection, "");
    connection.classList.remove("lost");
    show(JSON.parse(data) as RunPicture);
  });
  source.addEventListener("end", () => {
    // Nothing more will come: asking again would only find nobody.
    source.close();
    setText(connection, "The run is over; this page stays as it is.");
    connection.classList.remove("lost");
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) return;
    setText(connection, "Not connected: trying again");
    connection.classList.add("lost");
  });
}

function describeProgress(picture: RunPicture): string {
  const { setting, nowSeconds, alive } = picture;
  const { workload, delivery, servers, plannedSeconds, replicas, readers } =
    setting;
  const at = Math.floor(nowSeconds);
  const parts = [
    plannedSeconds === undefined || isOver(picture)
      ? `${at} s`
      : `${at} of ${Math.ceil(plannedSeconds)} s`,
    ...servers === undefined
      ? []
      : alive === undefined || isOver(picture)
      ? [quantity(servers, "likes server")]
      : [`${alive} of ${quantity(servers, "likes server")} alive`],
    ...replicas === undefined
      ? []
      : [quantity(replicas, wordsOf(setting).holder)],
    ...readers === undefined ? [] : [quantity(readers, "reader")],
    ...workload === undefined ? [] : [`workload ${workload}`],
    ...delivery === undefined ? [] : [`delivery ${delivery}`],
  ];
  return parts.join(" · ");
}

start();
