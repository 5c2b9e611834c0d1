/**
 * A message on the stage.
 *
 * @module
 */
/// <reference lib="dom" />
import type { FlightView } from "../lab/flight_screen.ts";
import { svgElement } from "./dom.ts";

/** The place of the link of a message, in pixels. */
export interface FlightPlace {
  /** The end at the likes server. */
  readonly left: number;
  /** The end at the primary. */
  readonly right: number;
  /** Height of the link. */
  readonly y: number;
  /** The distance that a lost message falls. */
  readonly rowHeight: number;
}

/** Reports are drawn a little above their link, replies a little below. */
const APART = 6;

/** Distance of a copy behind its original, in pixels. */
const BEHIND = 14;

/** A message, drawn by its kind: shapes tell as much as colours. */
export class StageFlight {
  /** The root element, to be put into the drawing. */
  readonly root = svgElement("g");
  readonly #ring = svgElement("circle", { class: "ring", r: "11.5" });
  readonly #body = svgElement("circle", { class: "body", r: "9" });
  readonly #copy = svgElement("rect", {
    class: "body",
    x: "-9",
    y: "-8",
    width: "18",
    height: "16",
  });
  readonly #text = svgElement("text", { "text-anchor": "middle", y: "3.5" });
  #shown = "";

  /** A message that is hidden. */
  constructor() {
    this.root.append(this.#ring, this.#body, this.#copy, this.#text);
    this.hide();
  }

  /** Hides the message. */
  hide(): void {
    if (this.#shown === "none") return;
    this.#shown = "none";
    this.root.setAttribute("display", "none");
  }

  /**
   * Shows a message.
   *
   * @param view The message, and its progress.
   * @param place The place of its link.
   */
  show({ flight, progress, fall }: FlightView, place: FlightPlace): void {
    const { isReply, isCopy, isRepeat, fate, likes } = flight;
    const { left, right, y, rowHeight } = place;
    const direction = isReply ? -1 : 1;
    const start = isReply ? right : left;
    // A copy is seen behind its original, which it would cover.
    const x = start +
      direction * ((right - left) * progress - (isCopy ? BEHIND : 0));
    const height = y + (isReply ? APART : -APART) + fall * rowHeight;
    this.root.setAttribute(
      "transform",
      `translate(${x.toFixed(1)} ${height.toFixed(1)})`,
    );
    this.root.setAttribute("opacity", (1 - 0.85 * fall).toFixed(2));
    const kind = [
      "flight",
      isReply ? "reply" : "report",
      isCopy ? "copy" : "",
      isRepeat && !isReply ? "repeat" : "",
      fall > 0 ? "lost" : "",
      isReply && fate === "refused" ? "refused" : "",
    ].filter((name) => name !== "").join(" ");
    const text = fall > 0
      ? "✗"
      : !isReply
      ? `${likes}`
      : fate === "refused"
      ? "!"
      : "✓";
    const shown = `${kind} ${text}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.root.removeAttribute("display");
    this.root.setAttribute("class", kind);
    this.#text.textContent = text;
  }
}
