/**
 * merging.html: one picture with sliders for layer and α, in one file that opens from the disk and asks nobody for anything.
 *
 * A Content-Security-Policy forbids every request and every script but the one that was written here, whose hash it names (W3C Content Security
 * Policy Level 3).
 */
import { createHash } from 'node:crypto';
import { FONT_FAMILY } from '../glyphs.js';
import type { MergingPicture } from './merging-picture.js';
import { mergingPageData } from './page-data.js';
import { PAGE_SCRIPT } from './page-script.js';

const STYLE = `
:root { color-scheme: light dark; --ink: #1f2328; --quiet: #59636e; --ground: #ffffff; --line: #d0d7de; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --quiet: #9da7b3; --ground: #0d1117; --line: #3d444d; } }
body { margin: 0 auto; max-width: 1240px; padding: 16px; font: 15px/1.5 ${FONT_FAMILY}; color: var(--ink); background: var(--ground); }
h1 { font-size: 20px; margin: 0; } h2 { font-size: 15px; margin: 0; padding-top: 4px; border-top: 3px solid; }
p { margin: 4px 0; } .quiet, figcaption { color: var(--quiet); font-size: 13px; min-height: 1.5em; margin: 0; }
form { display: flex; flex-wrap: wrap; gap: 8px 28px; align-items: center; padding: 12px 0; border-block: 1px solid var(--line); margin: 12px 0; }
fieldset { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 14px; } legend { float: left; margin-right: 14px; }
input[type=range] { width: 180px; vertical-align: middle; } output { display: inline-block; min-width: 6em; font-variant-numeric: tabular-nums; }
#cells { display: flex; flex-wrap: wrap; gap: 20px; } figure { margin: 0; } canvas { display: block; max-width: 100%; margin: 6px 0; }
#scale { font-size: 13px; color: var(--quiet); margin-top: 12px; } #bar { display: inline-block; width: 160px; height: 10px; margin: 0 8px; }
[hidden] { display: none !important; }
`;

/** The whole page as HTML, the same bytes for the same picture. */
export function mergingPage(picture: MergingPicture): string {
  const data = JSON.stringify(mergingPageData(picture)).replaceAll('<', '\\u003c');
  const hash = createHash('sha256').update(PAGE_SCRIPT).digest('base64');
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${hash}'`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const read = picture.text === null ? '' : ` · “${escaped(picture.text)}”`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(picture.name)} · merging · turbo-bench</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
<h1 id="question">Which patches have become one token?</h1>
<p class="quiet">${escaped(picture.model)} · ${escaped(picture.name)}${read}</p>
<noscript><p>This page draws with a script. The sheets of the same command, as PNG or SVG, show the same without one.</p></noscript>
<form>
<label>Layer <input type="range" id="layer" min="0" step="1"> <output id="layer-value"></output></label>
<label>α <input type="range" id="alpha" min="0" step="1"> <output id="alpha-value"></output></label>
<fieldset id="views"><legend>Show</legend></fieldset>
</form>
<div id="cells"></div>
<div id="scale" hidden><span id="scale-from"></span><span id="bar"></span><span id="scale-to"></span> · <span id="scale-words"></span></div>
<p id="legend" class="quiet"></p>
<p class="quiet">Point at a patch, or reach a drawing with Tab and move with the arrow keys: its token is marked in every column.</p>
</main>
<script type="application/json" id="data">${data}</script>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
