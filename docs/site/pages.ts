/** The pages of the site, for whom they are, and which files of the repository they are made of. */
import { readFileSync } from 'node:fs';
import { commandReference } from './command-reference.js';

export interface SitePage {
  /** Path in the repository that links lead to; for a page that is made when the site is built, where it would lie. */
  readonly source: string;
  /** Name in the site. */
  readonly file: string;
  /** In the list of pages. */
  readonly title: string;
  markdown(root: URL): string;
}

export interface PageGroup {
  readonly title: string;
  readonly pages: readonly SitePage[];
}

const fromFile = (source: string, title: string, file?: string): SitePage => ({
  ...{ source, title, file: file ?? source.replace(/^docs\//, '').replace(/\.md$/, '.html') },
  markdown: (root) => readFileSync(new URL(source, root), 'utf8'),
});

/** In the order of the list of pages. */
export const pageGroups: readonly PageGroup[] = [
  {
    title: 'Begin',
    pages: [
      fromFile('README.md', 'Overview', 'index.html'),
      fromFile('docs/install.md', 'Install'),
      fromFile('docs/gallery.md', 'Gallery'),
    ],
  },
  {
    title: 'Engineers',
    pages: [
      fromFile('docs/choose-your-setting.md', 'Choose your setting'),
      fromFile('docs/report.md', 'The report page'),
      fromFile('docs/compare.md', 'Compare runs'),
      fromFile('docs/faults.md', 'When a run breaks'),
      fromFile('docs/engines.md', 'Engines and devices'),
      fromFile('docs/precision.md', 'Precision'),
      fromFile('docs/predict.md', 'Against PyTorch, as a library'),
    ],
  },
  {
    title: 'Researchers',
    pages: [
      fromFile('docs/reproduce-and-ablate.md', 'Reproduce and ablate'),
      fromFile('docs/reproduce.md', 'Published tables'),
      fromFile('docs/published.md', "The paper's headline"),
      fromFile('docs/measurement.md', 'How it is measured'),
      fromFile('docs/visualize.md', 'Pictures of merging'),
      fromFile('bench/README.md', 'Benchmarks', 'benchmarks.html'),
    ],
  },
  {
    title: 'Authors',
    pages: [
      fromFile('docs/method.md', 'The method'),
      fromFile('docs/adding-a-method.md', 'Add a method'),
      fromFile('docs/diffusion.md', 'Diffusion'),
    ],
  },
  {
    title: 'Reference',
    pages: [
      {
        ...{ source: 'docs/commands.md', file: 'commands.html', title: 'Commands' },
        markdown: (root) => commandReference(readFileSync(new URL('oclif.manifest.json', root), 'utf8')),
      },
      fromFile('docs/experiment.md', 'Experiment file'),
      fromFile('docs/results.md', 'Results'),
      fromFile('docs/tasks.md', 'Tasks'),
      fromFile('docs/models.md', 'Models'),
      fromFile('docs/datasets.md', 'Datasets'),
      fromFile('docs/untrusted-files.md', 'Files from elsewhere'),
    ],
  },
  {
    title: 'Inside',
    pages: [
      fromFile('docs/architecture.md', 'Architecture'),
      fromFile('docs/dependencies.md', 'Dependencies'),
      fromFile('reports/reference/README.md', 'Published numbers as data', 'published-data.html'),
    ],
  },
];

export const sitePages: readonly SitePage[] = pageGroups.flatMap(({ pages }) => pages);
