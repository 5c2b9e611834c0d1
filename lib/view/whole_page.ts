/**
 * Pages that are one file: style and script stand in it, and nothing else is
 * ever asked for, on the disk as on a server.
 *
 * @module
 */

/** The parts of a page. */
export interface PageParts {
  /** The title. Text in it must be escaped, as in all other parts. */
  readonly title: string;
  /** The style sheet. */
  readonly style: string;
  /** Markup of the body. */
  readonly body: string;
  /** Attributes of the body, as markup. */
  readonly bodyAttributes?: string;
  /** The script, run when the body is there; left out: the page has none. */
  readonly script?: string;
  /** The icon, an SVG drawing; left out: the page has none. */
  readonly icon?: string;
}

/** A page. */
export interface WholePage {
  /** The document. */
  readonly html: string;
  /**
   * The security policy that the document carries, for the header of whoever
   * serves it.
   */
  readonly policy: string;
}

/**
 * Puts a page together.
 *
 * @param parts The parts.
 * @returns One HTML document. Its security policy allows its own style and
 * script, known by their hashes, workers that this script makes of itself, and
 * nothing else.
 */
export async function wholePage(parts: PageParts): Promise<WholePage> {
  const { title, style, body, bodyAttributes = "", script, icon } = parts;
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${await hashOf(style)}'`,
    ...script === undefined ? [] : [
      `script-src 'sha256-${await hashOf(script)}'`,
      "worker-src blob:",
    ],
    ...icon === undefined ? [] : ["img-src data:"],
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const link = icon === undefined
    ? ""
    : `<link rel="icon" href="data:image/svg+xml,${
      encodeURIComponent(icon)
    }">\n`;
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · likes</title>
${link}<style>${style}</style>
</head>
<body${bodyAttributes}>
${body}
${script === undefined ? "" : `<script>${script}</script>\n`}</body>
</html>
`;
  return { html, policy };
}

async function hashOf(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}
