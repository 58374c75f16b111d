/** `npm run manifest`: writes oclif.manifest.json, from which the command line starts without loading every command. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Plugin } from '@oclif/core';

/** The manifest of the compiled commands, as text. */
export async function manifestText() {
  const plugin = new Plugin({
    root: fileURLToPath(new URL('..', import.meta.url)),
    type: 'core',
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
  });
  await plugin.load();
  return `${JSON.stringify(plugin.manifest, null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL('../oclif.manifest.json', import.meta.url), await manifestText());
