/**
 * The fields of a setting, besides the faults that have a time.
 *
 * @module
 */
/// <reference lib="dom" />
import { flagName } from "../../options/flags.ts";
import { DELIVERIES } from "../../domain/delivery.ts";
import { DURABILITIES } from "../../domain/durability.ts";
import { SEED_MAX } from "../../domain/random.ts";
import type { RunOptions } from "../../options/run_options.ts";
import {
  FIELD_LABELS,
  fieldsOfSetting,
  inWordsOfPage,
  readSetting,
} from "../lab/setting.ts";
import { button, element, setText } from "./dom.ts";

/** A field of the form. */
type Field = HTMLInputElement | HTMLSelectElement;

/** The name of the flag that a field sets. */
type FieldKey = keyof typeof FIELD_LABELS;

/** Pause in typing after which a setting is read, in milliseconds. */
const TYPING_MS = 350;

/** The delivery modes, in a few words each. */
const MODES: Readonly<Record<string, string>> = {
  "at-most-once": "no answer: forget. May lose.",
  "original":
    "no answer: keep the sum for the next report. May count twice, and is stuck once the sum passes 42.",
  "at-least-once":
    "no answer: send the same again. Never loses, may count twice.",
  "dedup":
    "no answer: send the same again, with a number on it. Each is counted once.",
  "crdt":
    "no answer: the next report says the total so far. Each like is counted once.",
};

/**
 * Whether a text that was typed has the meaning of a setting, perhaps in other
 * words: then it stays as it was typed, and typing goes on.
 */
function saysSame(name: string, typed: string, text: string): boolean {
  if (typed.trim() === "" || typed === text) return typed === text;
  try {
    const options = readSetting(new URLSearchParams([[name, typed]]));
    return fieldsOfSetting(options)[name] === text;
  } catch {
    return false;
  }
}

/** The form of a setting. */
export class LabForm {
  /** The root element, to be put into the page. */
  readonly root: HTMLFormElement;
  /**
   * The error of the setting; to be put where it is seen although the form may
   * be folded away.
   */
  readonly error: HTMLElement = element("p", { class: "error", role: "alert" });
  readonly #fields = new Map<string, Field>();
  readonly #sliders = new Map<string, HTMLInputElement>();
  readonly #mode = element("p", { class: "hint", id: "mode-hint" });
  readonly #onChange: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param onChange Called when a field has another value.
   * @param onRun Called when a run is asked for.
   */
  constructor(onChange: () => void, onRun: () => void) {
    this.#onChange = onChange;
    this.root = element(
      "form",
      { class: "lab-form", "aria-label": "Setting", novalidate: "" },
      this.#select("delivery", DELIVERIES, {
        "aria-describedby": "mode-hint",
      }),
      this.#mode,
      this.#text("servers", { inputmode: "numeric" }),
      this.#text("latency", {
        placeholder: "0ms",
        list: "latencies",
      }),
      element(
        "datalist",
        { id: "latencies" },
        ...[
          "20ms",
          "exp:100ms",
          "uniform:50ms..150ms",
          "pareto:20ms,1.5",
          "lognormal:100ms,0.5",
        ].map((value) => element("option", { value })),
      ),
      this.#share("loss"),
      this.#share("duplicate"),
      this.#seed(),
      this.#more(),
      element(
        "p",
        { class: "actions" },
        element("button", { type: "submit", class: "run" }, "Run"),
      ),
    );
    this.root.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(this.#timer);
      onRun();
    });
  }

  /**
   * The texts of the fields.
   *
   * @returns Values by the names of flags.
   */
  values(): URLSearchParams {
    const values = new URLSearchParams();
    for (const [name, field] of this.#fields) {
      if (field.value.trim() !== "") values.set(name, field.value);
    }
    return values;
  }

  /**
   * Shows a setting.
   *
   * @param options The run.
   */
  show(options: RunOptions): void {
    const texts = fieldsOfSetting(options);
    for (const [name, field] of this.#fields) {
      const text = texts[name] ?? "";
      if (!saysSame(name, field.value, text)) field.value = text;
      this.#slide(name);
    }
    setText(this.#mode, MODES[options.delivery] ?? "");
    this.fail("");
  }

  /**
   * Shows an error, in the words of the page.
   *
   * @param message The error in the words of the command line; empty: none.
   */
  fail(message: string): void {
    setText(this.error, inWordsOfPage(message));
    for (const [name, field] of this.#fields) {
      const isNamed = new RegExp(`--${name}(?![\\w-])`).test(message);
      if (isNamed) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
  }

  #changed(isTyping: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onChange, isTyping ? TYPING_MS : 0);
  }

  #field(key: FieldKey, field: Field): HTMLElement {
    const name = flagName(key);
    field.name = name;
    this.#fields.set(name, field);
    field.addEventListener("input", () => {
      this.#slide(name);
      this.#changed(field instanceof HTMLInputElement);
    });
    return element(
      "label",
      { class: "field" },
      element("span", {}, FIELD_LABELS[key]),
      field,
    );
  }

  #text(
    key: FieldKey,
    attributes: Readonly<Record<string, string>> = {},
  ): HTMLElement {
    const common = { autocomplete: "off", spellcheck: "false" };
    return this.#field(key, element("input", { ...common, ...attributes }));
  }

  #select(
    key: FieldKey,
    values: readonly string[],
    attributes: Readonly<Record<string, string>> = {},
  ): HTMLElement {
    const options = values.map((value) => element("option", { value }, value));
    return this.#field(key, element("select", attributes, ...options));
  }

  /** A field for a share of messages, with a slider up to a half. */
  #share(key: FieldKey): HTMLElement {
    const name = flagName(key);
    const slider = element("input", {
      type: "range",
      min: "0",
      max: "0.5",
      step: "0.01",
      "aria-label": `${FIELD_LABELS[key]}, as a share`,
    });
    this.#sliders.set(name, slider);
    const field = this.#text(key, { placeholder: "0" });
    slider.addEventListener("input", () => {
      const text = this.#fields.get(name);
      if (text !== undefined) {
        text.value = slider.value === "0" ? "" : slider.value;
      }
      this.#changed(true);
    });
    return element("div", { class: "share" }, field, slider);
  }

  #slide(name: string): void {
    const slider = this.#sliders.get(name);
    const text = this.#fields.get(name)?.value ?? "";
    if (slider === undefined) return;
    const [part = "0", whole = "1"] = text.split("/");
    const share = Number(part) / Number(whole);
    slider.value = String(Number.isFinite(share) ? share : 0);
  }

  #seed(): HTMLElement {
    return element(
      "div",
      { class: "share" },
      this.#text("seed", { inputmode: "numeric" }),
      button("Another seed", () => {
        const seed = this.#fields.get("seed");
        if (seed === undefined) return;
        seed.value = String((Number(seed.value) + 1) % SEED_MAX || 0);
        this.#changed(false);
      }),
    );
  }

  #more(): HTMLElement {
    return element(
      "details",
      {},
      element("summary", {}, "More"),
      this.#text("lifetime"),
      this.#text("spawnInterval"),
      this.#text("interval"),
      this.#text("likes"),
      this.#text("ackTimeout"),
      this.#text("ackLoss", { placeholder: "as loss" }),
      this.#text("drain"),
      this.#select("durability", DURABILITIES),
    );
  }
}
