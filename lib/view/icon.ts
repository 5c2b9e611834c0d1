/**
 * The icon of the pages.
 *
 * @module
 */

/** A drawing: two lines that part and meet again. */
export const ICON_SVG =
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M1 14L7 5L15 2V2L11 9L9 11Z" fill="#e69f00" opacity=".6"/><path d="M1 14L7 5L15 2" fill="none" stroke="#777" stroke-width="2"/><path d="M1 14L9 11L15 2" fill="none" stroke="#0072b2" stroke-width="2"/></svg>`;
