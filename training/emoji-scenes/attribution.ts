/**
 * Who drew what, under which licence: one file per style, beside the pictures made from it.
 */
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { styles } from './styles.js';

/** What Iconify's `info.json` and `package.json` say of a set. */
export interface Attribution {
  readonly style: string;
  readonly title: string;
  readonly author: string;
  readonly source: string;
  readonly package: string;
  readonly licence: string;
  readonly licenceUrl: string;
}

interface Info {
  name: string;
  author: { name: string; url: string };
  license: { spdx: string; url: string };
}

const require = createRequire(import.meta.url);

/** Attribution of every style, read from the installed packages. */
export function attributions(): Attribution[] {
  return styles.map(({ id }) => {
    const read = (file: string): unknown =>
      JSON.parse(readFileSync(require.resolve(`@iconify-json/${id}/${file}`), 'utf8'));
    const info = read('info.json') as Info;
    const { version } = read('package.json') as { version: string };
    return {
      style: id,
      title: info.name,
      author: info.author.name,
      source: info.author.url,
      package: `@iconify-json/${id}@${version}`,
      licence: info.license.spdx,
      licenceUrl: info.license.url,
    };
  });
}

/** Writes `attribution/<style>.md` under a dataset. */
export async function writeAttribution(folder: string): Promise<void> {
  await mkdir(join(folder, 'attribution'), { recursive: true });
  for (const one of attributions()) {
    await writeFile(join(folder, 'attribution', `${one.style}.md`), attributionText(one));
  }
}

function attributionText(one: Attribution): string {
  return `# ${one.title}

- Author: ${one.author}
- Source: <${one.source}>
- Taken from the npm package \`${one.package}\`
- Licence: ${one.licence}, <${one.licenceUrl}>
- Changes: the drawings were rasterised, trimmed, scaled, mirrored, rotated, partly covered, and placed with others on
  generated backgrounds. The author does not endorse the result.

${licenceText(one)}`;
}

function licenceText({ licence, author }: Attribution): string {
  if (licence === 'MIT') return mit.replace('{}', author);
  if (licence === 'Apache-2.0') {
    return `Licensed under the Apache License, Version 2.0; the full text is the file \`LICENSE\` at the top of this repository,
and <https://www.apache.org/licenses/LICENSE-2.0>.
`;
  }
  return `Licensed under the Creative Commons Attribution 4.0 International licence; the full text is at
<https://creativecommons.org/licenses/by/4.0/legalcode>. It lets anyone share and adapt the work for any purpose, provided
that credit is given as above, the licence is linked and changes are named.
`;
}

const mit = `Copyright (c) {}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;
