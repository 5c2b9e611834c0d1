/**
 * The table of likes servers.
 *
 * @module
 */
/// <reference lib="dom" />
import { formatNumber, highestOf, quantity } from "../numbers.ts";
import type { RunPicture, ServerRow } from "../picture/picture.ts";
import { sparklineSvg } from "../chart/svg_sparkline.ts";
import { element, fillRows, scrollingTable, setText } from "./dom.ts";

const HEADER = [
  "likes server",
  "state",
  "gap",
  "gap over time",
  "generated",
  "acknowledged",
  "at the primary",
];

/** A table with a row for each likes server. */
export class ServerTable {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  readonly #body = element("tbody");
  readonly #note = element("p", { class: "note" });
  /** The gaps that are drawn, row by row. */
  readonly #lines: string[] = [];

  /** An empty table. */
  constructor() {
    this.root = element(
      "section",
      { class: "servers" },
      element("h2", {}, "Likes servers"),
      scrollingTable("Likes servers", HEADER, this.#body),
      this.#note,
    );
  }

  /**
   * Shows a run.
   *
   * @param picture The picture of the run.
   */
  show(picture: RunPicture): void {
    const { servers, serversHidden, replicas } = picture;
    this.root.hidden = picture.setting.world === "hosted";
    const [counted] = [...this.root.querySelectorAll("thead th")].slice(-1);
    if (counted !== undefined) {
      setText(
        counted,
        replicas === undefined ? "at the primary" : "at the replicas",
      );
    }
    const gaps = servers.flatMap(({ gaps }) => gaps);
    const scale = Math.max(1, highestOf(gaps.map(Math.abs)));
    const rows = servers.map((server) => [
      `LikesServer${server.id}`,
      server.state,
      formatNumber(gapOf(server)),
      "", // a drawing has no text
      formatNumber(server.generated),
      formatNumber(server.acknowledged),
      formatNumber(server.counted),
    ]);
    fillRows(this.#body, rows);
    servers.forEach((server, index) => {
      const row = this.#body.rows[index]!;
      const [, state, , line] = row.cells;
      row.classList.toggle("behind", Boolean(gapOf(server)));
      state!.className = `state ${server.state.replace(" ", "-")}`;
      line!.className = "spark";
      const drawn = sparklineSvg(server.gaps, scale);
      if (this.#lines[index] === drawn && line!.hasChildNodes()) return;
      this.#lines[index] = drawn;
      line!.innerHTML = drawn;
    });
    setText(
      this.#note,
      serversHidden === 0
        ? ""
        : `${
          quantity(serversHidden, "more is", "more are")
        } not listed: these are the ones furthest behind.`,
    );
  }
}

function gapOf({ generated, counted }: ServerRow): number | null {
  return generated === null || counted === null ? null : generated - counted;
}
