/**
 * Likes servers on the left, the primary on the right, messages between them.
 *
 * @module
 */
/// <reference lib="dom" />
import { formatNumber } from "../numbers.ts";
import type { Frame, ServerFrame } from "../lab/film.ts";
import type { FlightView } from "../lab/flight_screen.ts";
import { element, setText, svgElement } from "./dom.ts";
import { StageFlight } from "./lab_stage_flight.ts";

/** Likes that the primary is shown with. */
export interface PrimaryNumbers {
  /** Likes generated so far, by all likes servers. */
  readonly generated: number;
  /** Likes at the primary. */
  readonly counted: number;
  /** Likes at the end of the run: the height of the two levels. */
  readonly most: number;
}

/** Sizes that depend on the width. */
interface Sizes {
  readonly width: number;
  readonly rowHeight: number;
  /** The left end of links, in pixels. */
  readonly left: number;
  /** The right end of links, in pixels. */
  readonly right: number;
  readonly isWide: boolean;
}

/** The elements of a likes server. */
interface ServerNodes {
  readonly root: SVGGElement;
  readonly name: SVGTextElement;
  readonly numbers: SVGTextElement;
  readonly link: SVGLineElement;
  readonly cut: SVGTextElement;
}

/**
 * Size of the primary's total, in pixels, and the width of one of its digits as
 * a share of that.
 */
const TOTAL_SIZE = 21;
const TOTAL_DIGIT = 0.72;

const GLYPHS: Readonly<Record<ServerFrame["state"], string>> = {
  "not started": "·",
  "drawing": "●",
  "waiting": "◐",
  "stuck": "!",
  "paused": "‖",
  "crashed": "✗",
  "ended": "✓",
  "reporting": "●",
  "silent": "·",
};

/** The stage, which shows one frame of a film after another. */
export class LabStage {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  readonly #drawing = svgElement("svg", { class: "stage", role: "img" });
  readonly #links = svgElement("g");
  readonly #servers = svgElement("g");
  readonly #flights = svgElement("g");
  readonly #primary = svgElement("g", { class: "primary" });
  readonly #box = svgElement("rect", { class: "box", rx: "6" });
  readonly #level = svgElement("rect", { class: "level" });
  readonly #mark = svgElement("line", { class: "mark" });
  readonly #primaryTexts = ["title", "total", "unit", "state"].map((name) =>
    svgElement("text", { class: name, "text-anchor": "middle" })
  );
  readonly #nodes = new Map<number, ServerNodes>();
  readonly #pool: StageFlight[] = [];
  #frame: Frame | null = null;
  #numbers: PrimaryNumbers = { generated: 0, counted: 0, most: 1 };

  /** An empty stage. */
  constructor() {
    this.#primary.append(
      this.#box,
      this.#level,
      this.#mark,
      ...this.#primaryTexts,
    );
    this.#drawing.append(
      this.#links,
      this.#primary,
      this.#servers,
      this.#flights,
    );
    this.root = element("div", { class: "stage-box" }, this.#drawing);
    new ResizeObserver(() => {
      if (this.#frame !== null) this.show(this.#frame, this.#numbers);
    }).observe(this.root);
  }

  /**
   * Shows a frame.
   *
   * @param frame The frame.
   * @param numbers Likes of the primary.
   */
  show(frame: Frame, numbers: PrimaryNumbers): void {
    this.#frame = frame;
    this.#numbers = numbers;
    const sizes = sizesOf(this.root.clientWidth);
    const { width, rowHeight } = sizes;
    if (width === 0) return;
    const height = Math.max(3, frame.servers.length) * rowHeight;
    this.#drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.#drawing.setAttribute("height", `${height}`);
    const places = new Map(
      frame.servers.map(({ id }, index) => [id, (index + 0.5) * rowHeight]),
    );
    this.#showPrimary(frame, sizes, height);
    this.#forget(places);
    for (const server of frame.servers) {
      this.#showServer(server, places.get(server.id) ?? 0, sizes);
    }
    this.#showFlights(frame.flights, places, sizes);
  }

  /**
   * Describes the frame for screen readers.
   *
   * @param text One sentence or more.
   */
  describe(text: string): void {
    this.#drawing.setAttribute("aria-label", text);
  }

  #showPrimary({ primary }: Frame, sizes: Sizes, height: number): void {
    const { width, right } = sizes;
    const { generated, counted, most } = this.#numbers;
    const top = 4;
    const inner = height - 2 * top;
    const share = (likes: number) => Math.min(1, likes / Math.max(1, most));
    const middle = (right + width) / 2;
    set(this.#box, {
      x: right,
      y: top,
      width: width - right - 2,
      height: inner,
    });
    set(this.#level, {
      x: right + 1,
      y: top + inner * (1 - share(counted)),
      width: width - right - 4,
      height: inner * share(counted),
    });
    const mark = top + inner * (1 - share(generated));
    set(this.#mark, { x1: right, x2: width - 2, y1: mark, y2: mark });
    this.#primary.setAttribute("class", `primary ${primary}`);
    const texts = [
      "primary",
      formatNumber(counted),
      "likes",
      primary === "up" ? "" : primary === "crashed" ? "✗ killed" : "‖ paused",
    ];
    const lines = [-26, 2, 20, 42];
    this.#primaryTexts.forEach((node, index) => {
      set(node, { x: middle, y: height / 2 + (lines[index] ?? 0) });
      setText(node, texts[index] ?? "");
    });
    const [, total] = this.#primaryTexts;
    if (total === undefined) return;
    const room = (width - right) / (TOTAL_DIGIT * formatNumber(counted).length);
    total.style.fontSize = `${Math.min(TOTAL_SIZE, room).toFixed(1)}px`;
  }

  #showServer(server: ServerFrame, y: number, sizes: Sizes): void {
    const { id, state, generated, counted } = server;
    const { left, right, isWide } = sizes;
    const nodes = this.#nodesOf(id);
    const gap = generated - counted;
    const isBeyond = gap < 0;
    nodes.root.setAttribute(
      "class",
      `server ${state.replace(" ", "-")}${
        gap === 0 ? "" : isBeyond ? " twice" : " behind"
      }`,
    );
    setText(nodes.name, `${GLYPHS[state]} LikesServer${id}`);
    set(nodes.name, { x: 2, y: isWide ? y + 4 : y - 2 });
    setText(
      nodes.numbers,
      isWide
        ? `${formatNumber(generated)} drawn, gap ${formatNumber(gap)}`
        : `gap ${formatNumber(gap)}`,
    );
    set(nodes.numbers, {
      x: left - 10,
      y: isWide ? y + 4 : y + 11,
    });
    set(nodes.link, { x1: left, x2: right, y1: y, y2: y });
    const { isCutTo, isCutFrom } = server;
    const isCut = isCutTo || isCutFrom;
    nodes.link.setAttribute("class", isCut ? "link cut" : "link");
    set(nodes.cut, { x: (left + right) / 2, y: y + 4 });
    setText(
      nodes.cut,
      !isCut
        ? ""
        : isCutTo && isCutFrom
        ? "✂"
        : isCutTo
        ? "✂ reports"
        : "✂ replies",
    );
  }

  #showFlights(
    views: readonly FlightView[],
    places: ReadonlyMap<number, number>,
    { left, right, rowHeight }: Sizes,
  ): void {
    while (this.#pool.length < views.length) {
      const flight = new StageFlight();
      this.#pool.push(flight);
      this.#flights.append(flight.root);
    }
    this.#pool.forEach((node, index) => {
      const view = views[index];
      const y = places.get(view?.flight.server ?? -1);
      if (view === undefined || y === undefined) node.hide();
      else node.show(view, { left, right, y, rowHeight });
    });
  }

  /** Removes likes servers that are not shown any longer. */
  #forget(places: ReadonlyMap<number, number>): void {
    for (const [id, { root, link, cut }] of this.#nodes) {
      if (places.has(id)) continue;
      for (const node of [root, link, cut]) node.remove();
      this.#nodes.delete(id);
    }
  }

  #nodesOf(id: number): ServerNodes {
    const known = this.#nodes.get(id);
    if (known !== undefined) return known;
    const nodes: ServerNodes = {
      root: svgElement("g"),
      name: svgElement("text", { class: "name" }),
      numbers: svgElement("text", { class: "likes", "text-anchor": "end" }),
      link: svgElement("line", { class: "link" }),
      cut: svgElement("text", { class: "scissors", "text-anchor": "middle" }),
    };
    nodes.root.append(nodes.name, nodes.numbers);
    this.#servers.append(nodes.root);
    this.#links.append(nodes.link, nodes.cut);
    this.#nodes.set(id, nodes);
    return nodes;
  }
}

function sizesOf(width: number): Sizes {
  const isWide = width >= 640;
  return {
    width,
    rowHeight: isWide ? 30 : 36,
    left: isWide ? 268 : 122,
    right: width - (isWide ? 150 : 84),
    isWide,
  };
}

function set(node: Element, attributes: Readonly<Record<string, number>>) {
  for (const [name, value] of Object.entries(attributes)) {
    node.setAttribute(name, value.toFixed(1));
  }
}
