/** `npm run schema`: writes the JSON Schema and the reference page of the experiment file. */
import { writeFileSync } from 'node:fs';
import { methods } from '../reduction/registry.js';
import { experimentJsonSchemaText } from './json-schema.js';
import { referencePage } from './reference-page.js';

writeFileSync(
  new URL('../../schemas/experiment.schema.json', import.meta.url),
  experimentJsonSchemaText(methods),
);
writeFileSync(new URL('../../docs/experiment.md', import.meta.url), referencePage(methods));
