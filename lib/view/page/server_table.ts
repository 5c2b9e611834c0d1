/**
 * The table of likes servers.
 *
 * @module
 */
/// <reference lib="dom" />
import { formatNumber, highestOf, quantity } from "../numbers.ts";
import type { RunPicture, ServerRow } from "../picture/picture.ts";
import { sparklineSvg } from "../chart/svg_sparkline.ts";
import { element, scrollingTable, setText } from "./dom.ts";

const HEADER = [
  "likes server",
  "state",
  "gap",
  "gap over time",
  "generated",
  "acknowledged",
  "at the primary",
];

/** The cells of a row. */
interface Cells {
  readonly root: HTMLTableRowElement;
  readonly state: HTMLElement;
  readonly numbers: readonly HTMLElement[];
  readonly line: HTMLElement;
  sparkline: string;
}

/** A table with a row for each likes server. */
export class ServerTable {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  readonly #body = element("tbody");
  readonly #note = element("p", { class: "note" });
  readonly #rows = new Map<number, Cells>();

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
    const ids = new Set(servers.map(({ id }) => id));
    for (const [id, { root }] of this.#rows) {
      if (ids.has(id)) continue;
      root.remove();
      this.#rows.delete(id);
    }
    servers.forEach((server, index) => {
      const cells = this.#cellsOf(server.id);
      if (this.#body.children[index] !== cells.root) {
        this.#body.insertBefore(cells.root, this.#body.children[index] ?? null);
      }
      fill(cells, server, scale);
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

  #cellsOf(id: number): Cells {
    const known = this.#rows.get(id);
    if (known !== undefined) return known;
    const state = element("span", { class: "state" });
    const numbers = [0, 1, 2, 3].map(() => element("td", { class: "number" }));
    const line = element("td", { class: "spark" });
    const root = element(
      "tr",
      {},
      element("th", { scope: "row" }, `LikesServer${id}`),
      element("td", {}, state),
      ...numbers.slice(0, 1),
      line,
      ...numbers.slice(1),
    );
    const cells: Cells = { root, state, numbers, line, sparkline: "" };
    this.#rows.set(id, cells);
    return cells;
  }
}

function fill(cells: Cells, server: ServerRow, scale: number): void {
  const { state, generated, acknowledged, counted, gaps } = server;
  setText(cells.state, state);
  cells.state.className = `state ${state.replace(" ", "-")}`;
  const gap = generated === null || counted === null
    ? null
    : generated - counted;
  cells.root.classList.toggle("behind", gap !== null && gap !== 0);
  [gap, generated, acknowledged, counted].forEach((value, index) => {
    const cell = cells.numbers[index];
    if (cell !== undefined) setText(cell, formatNumber(value));
  });
  const sparkline = sparklineSvg(gaps, scale);
  if (sparkline === cells.sparkline) return;
  cells.sparkline = sparkline;
  cells.line.innerHTML = sparkline;
}
