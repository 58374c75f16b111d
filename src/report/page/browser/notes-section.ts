/** How it was measured, what the methods do with their sources, and where the results come from. */
import { methodName } from '../../parameter-names.js';
import { MEASURING_NOTES, METHOD_NOTES } from '../method-notes.js';
import type { PageProvenance, PageRun } from '../page-data.js';
import { element, section } from './element.js';
import { definitions } from './trial-card.js';

const GIBIBYTE = 2 ** 30;

export function notesSection(runs: readonly PageRun[]): HTMLElement {
  const methods = new Set(runs.flatMap(({ trials }) => trials.map(({ row }) => row.method)));
  return section(
    'notes',
    'How was it measured?',
    element(
      'ul',
      { class: 'notes' },
      ...[...MEASURING_NOTES, ...new Set(runs.flatMap(({ notes }) => notes))].map((text) =>
        element('li', {}, text),
      ),
    ),
    element('h3', {}, 'The methods'),
    element(
      'dl',
      { class: 'methods' },
      ...METHOD_NOTES.filter(({ method }) => methods.has(method)).map(({ method, text, source, url }) =>
        element(
          'div',
          {},
          element('dt', {}, methodName(method)),
          element(
            'dd',
            {},
            text,
            url === '' ? undefined : ' ',
            url === '' ? undefined : element('a', { href: url, rel: 'noreferrer' }, source),
          ),
        ),
      ),
    ),
    ...runs.flatMap(({ name, provenance }) => [
      element('h3', {}, runs.length > 1 ? `Provenance of ${name}` : 'Provenance'),
      provenance === null
        ? element('p', { class: 'quiet' }, 'The journal does not tell where its results come from.')
        : definitions(provenanceList(provenance)),
      provenance === null
        ? ''
        : element(
            'details',
            {},
            element('summary', {}, 'Experiment file'),
            element('pre', {}, provenance.experimentText),
          ),
    ]),
  );
}

/** Facts about machine and program, for people. */
export function provenanceList(provenance: PageProvenance | null): [string, string][] {
  if (provenance === null) return [];
  const { version, commit, node, packages, cpu, cores, memoryBytes, system, threads } = provenance;
  return [
    ['turbo-bench', commit === null ? version : `${version}, commit ${commit}`],
    ['experiment', provenance.experimentFile],
    ['processor', `${cpu}, ${cores} cores, ${[threads].flat().join(' and ')} threads used`],
    ['memory', `${(memoryBytes / GIBIBYTE).toFixed(1)} GiB`],
    ['system', `${system}, Node ${node}`],
    [
      'engine',
      packages['onnxruntime-node'] === undefined ? '' : `onnxruntime-node ${packages['onnxruntime-node']}`,
    ],
    ['seed', String(provenance.seed)],
    ['load at start', provenance.loadAtStart.toFixed(2)],
    ['started', provenance.startedAt],
  ];
}
