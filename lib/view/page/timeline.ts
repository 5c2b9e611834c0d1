/**
 * The lines of a run, to be looked into: likes generated and at the primary,
 * the gap, the staleness.
 *
 * @module
 */
/// <reference lib="dom" />
import { linearScale } from "../chart/axis.ts";
import { describePicture } from "../picture/describe.ts";
import {
  faultLanes,
  faultLanesSvg,
  LANE_HEIGHT,
  laneCount,
} from "../chart/fault_lanes.ts";
import { replicaKeySvg } from "../chart/svg_replicas.ts";
import {
  formatNumber,
  formatSeconds,
  formatShare,
  quantity,
  UNKNOWN,
} from "../numbers.ts";
import type { RunPicture } from "../picture/picture.ts";
import { type Content, element, onColoursChange, setText } from "./dom.ts";
import { type DrawnReads, readsHigh } from "./read_points.ts";
import {
  axisRange,
  makePanels,
  type Panel,
  type PanelData,
  panelData,
} from "./timeline_panels.ts";

/** An entry of the key above the lines. */
interface KeyEntry {
  readonly value: HTMLElement;
  readonly read: (data: PanelData, index: number) => string;
}

/** A timeline in a page. It is as wide as the element that it is put into. */
export class Timeline {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  readonly #lanes = element("div", { class: "lanes" });
  readonly #plots = element("div", {
    class: "plots",
    tabindex: "0",
    role: "img",
    "aria-label": "Likes over time",
  });
  readonly #key: KeyEntry[] = [];
  readonly #when = element("span", { class: "when" });
  readonly #keys: HTMLElement;
  readonly #generated = element("span", {}, "generated");
  readonly #counted = element("span", {}, "at the primary");
  #panels: Panel[] = [];
  #picture: RunPicture | null = null;
  #data: PanelData | null = null;
  #reads: DrawnReads | undefined;
  /** Everything that the panels depend on but numbers. */
  #shape = "";
  /** Replicas and reads that are in the key. */
  #extended = "";
  /** Entries of the key that every run has. */
  readonly #entries: number;
  /** Index of the point at the cursor; -1: the last one. */
  #cursor = -1;

  /** An empty timeline. */
  constructor() {
    this.#keys = this.#makeKey();
    this.#entries = this.#key.length;
    this.root = element(
      "div",
      { class: "timeline" },
      this.#keys,
      this.#lanes,
      this.#plots,
    );
    this.#plots.addEventListener("keydown", (event) => this.#onKey(event));
    this.#plots.addEventListener("blur", () => this.#look(-1));
    new ResizeObserver(() => this.#rebuild()).observe(this.root);
    onColoursChange(() => this.#rebuild());
  }

  /**
   * Shows a run.
   *
   * @param picture The picture of the run.
   * @param reads Single reads, where they are known.
   */
  show(picture: RunPicture, reads?: DrawnReads): void {
    this.#picture = picture;
    this.#reads = reads;
    this.#data = panelData(picture, reads);
    this.#extendKey(this.#data);
    const shape = shapeOf(this.#data);
    if (this.#panels.length === 0 || shape !== this.#shape) {
      this.#rebuild();
      return;
    }
    for (const panel of this.#panels) panel.show(this.#data);
    this.#drawLanes();
    this.#writeKey();
    this.#plots.setAttribute("aria-label", describePicture(picture));
  }

  #makeKey(): HTMLElement {
    return element(
      "p",
      { class: "keys" },
      this.#when,
      this.#entry(
        "generated",
        this.#generated,
        ({ generated }, at) => formatNumber(generated[at]),
      ),
      this.#entry(
        "counted",
        this.#counted,
        ({ counted }, at) => formatNumber(counted[at]),
      ),
      this.#entry("gap", "gap", ({ generated, counted, words }, at) => {
        const [one, other] = [generated[at] ?? null, counted[at] ?? null];
        return one === null || other === null
          ? UNKNOWN
          : quantity(one - other, words.one);
      }),
      this.#entry(
        "stale",
        "staleness",
        ({ staleness }, at) => formatSeconds(staleness[at]),
      ),
    );
  }

  #entry(
    name: string,
    label: Content,
    read: KeyEntry["read"],
    mark = '<i aria-hidden="true"></i>',
  ): HTMLElement {
    const value = element("b", {}, UNKNOWN);
    this.#key.push({ value, read });
    const entry = element("span", { class: `key ${name}` });
    entry.innerHTML = mark;
    entry.append(label, " ", value);
    return entry;
  }

  /** Adds replicas and reads to the key, as far as a run has them. */
  #extendKey({ replicas, fresh, words, hasStaleness }: PanelData): void {
    const extended = `${replicas?.each.length} ${
      fresh !== undefined
    } ${words.title}`;
    if (extended === this.#extended) return;
    this.#extended = extended;
    const stale = this.#keys.querySelector<HTMLElement>(".stale");
    if (stale !== null) stale.hidden = !hasStaleness;
    setText(this.#generated, words.generated);
    this.#key.length = this.#entries;
    for (const entry of [...this.#keys.children].slice(1 + this.#entries)) {
      entry.remove();
    }
    setText(this.#counted, words.held);
    if (replicas !== undefined) {
      this.#keys.append(
        ...replicas.each.map((_, replica) =>
          this.#entry(
            "replica",
            words.nameOf(replica),
            ({ replicas }, at) => formatNumber(replicas?.each[replica]?.[at]),
            replicaKeySvg(replica),
          )
        ),
        this.#entry("spread", "spread", ({ replicas }, at) => {
          const likes = replicas?.spread[at] ?? null;
          return likes === null ? UNKNOWN : quantity(likes, words.one);
        }),
      );
    }
    if (fresh !== undefined) {
      this.#keys.append(
        this.#entry(
          "fresh",
          "fresh reads",
          ({ fresh = [] }, at) => formatShare(fresh[at] ?? undefined, 100),
        ),
      );
    }
  }

  /**
   * Makes the panels anew: for another width, other colours, or a gap that has
   * become negative.
   */
  #rebuild(): void {
    const data = this.#data;
    const width = Math.floor(this.root.clientWidth);
    if (data === null || width === 0) return;
    for (const panel of this.#panels) panel.destroy();
    this.#plots.replaceChildren();
    this.#shape = shapeOf(data);
    this.#panels = makePanels(this.#plots, width, data, (index) => {
      this.#cursor = index;
      this.#writeKey();
    });
    const picture = this.#picture;
    if (picture !== null) this.show(picture, this.#reads);
  }

  #drawLanes(): void {
    const picture = this.#picture;
    const data = this.#data;
    const width = Math.floor(this.root.clientWidth);
    if (picture === null || data === null || width === 0) return;
    const x = linearScale([0, data.endSeconds], axisRange(width));
    const bars = faultLanes(picture.faults, { x, labelsUntil: width });
    const height = laneCount(bars) * LANE_HEIGHT;
    const svg = height === 0
      ? ""
      : `<svg width="${width}" height="${height}" aria-hidden="true">${
        faultLanesSvg(bars, picture.nowSeconds)
      }</svg>`;
    if (this.#lanes.innerHTML !== svg) this.#lanes.innerHTML = svg;
  }

  /** Writes the values of the point at the cursor into the key. */
  #writeKey(): void {
    const data = this.#data;
    if (data === null) return;
    const last = data.seconds.length - 1;
    const index = this.#cursor < 0 ? last : Math.min(this.#cursor, last);
    const seconds = data.seconds[index];
    setText(
      this.#when,
      seconds === undefined ? "" : `at ${seconds.toFixed(1)} s`,
    );
    for (const { value, read } of this.#key) setText(value, read(data, index));
    // What a key has moved to is read out; what moves by itself four times a
    // second is not.
    this.#keys.setAttribute("aria-live", this.#cursor < 0 ? "off" : "polite");
  }

  #onKey(event: KeyboardEvent): void {
    const last = (this.#data?.seconds.length ?? 0) - 1;
    const at = this.#cursor < 0 ? last : this.#cursor;
    const step = event.shiftKey ? 20 : 1;
    const targets: Record<string, number> = {
      ArrowLeft: at - step,
      ArrowRight: at + step,
      Home: 0,
      End: last,
      Escape: -1,
    };
    const target = targets[event.key];
    if (target === undefined || last < 0) return;
    event.preventDefault();
    this.#look(
      event.key === "Escape" ? -1 : Math.max(0, Math.min(last, target)),
    );
  }

  #look(index: number): void {
    this.#cursor = index;
    for (const panel of this.#panels) panel.look(index);
    this.#writeKey();
  }
}

/** Everything that panels depend on but numbers. */
function shapeOf({ hasNegative, replicas, fresh, reads }: PanelData): string {
  const { reads: single, every } = reads ?? {};
  return JSON.stringify([
    ...[hasNegative, replicas?.each.length, fresh === undefined],
    ...[single === undefined ? null : readsHigh(single), every],
  ]);
}
