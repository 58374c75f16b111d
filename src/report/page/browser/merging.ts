/** The script of merging.html: one picture with its sliders, and nothing else. */
import type { MergingPicture } from '../../merging/merging-picture.js';
import { element } from './element.js';
import { HOW_TO_POINT, mergingFigure } from './merging-figure.js';
import { pictureWords } from './merging-section.js';

const picture = JSON.parse(document.getElementById('data')!.textContent) as MergingPicture;
const darkSystem = window.matchMedia('(prefers-color-scheme: dark)');

function draw(): void {
  document.documentElement.dataset.theme = darkSystem.matches ? 'dark' : 'light';
  const figure = mergingFigure(picture, darkSystem.matches, () => {
    question.textContent = figure.question();
  });
  const question = element('h1', {}, figure.question());
  document
    .getElementById('page')!
    .replaceChildren(
      element(
        'main',
        {},
        question,
        element('p', { class: 'lead' }, pictureWords(picture)),
        figure.part,
        element('p', { class: 'quiet' }, HOW_TO_POINT),
      ),
    );
}

darkSystem.addEventListener('change', draw);
draw();
document.body.dataset.drawn = '1';
