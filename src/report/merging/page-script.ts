/**
 * The script of the page of merging: paints what the sliders choose. Plain JavaScript as text, since it runs in the reader's browser and in
 * nothing else; it reads the data of `page-data.ts` and asks nobody for anything.
 */
export const PAGE_SCRIPT = `'use strict';
const data = JSON.parse(document.getElementById('data').textContent);
const SIDE = 280;
const { rows, columns } = data.grid;
const patch = Math.max(2, Math.floor(SIDE / Math.max(rows, columns)));
const ratio = Math.max(1, Math.round(window.devicePixelRatio || 1));
const state = { view: 0, layer: data.layerNames.length - 1, alpha: 0 };
state.alpha = Math.max(0, data.alphas.indexOf(5));
let marked = null;

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const picture = new Image();
picture.src = 'data:image/png;base64,' + data.pngBase64;

const cells = data.columns.map((column) => {
  const canvas = element('canvas', { width: columns * patch * ratio, height: rows * patch * ratio, role: 'img', tabindex: '0' });
  canvas.style.width = columns * patch + 'px';
  const parameters = element('p', { class: 'quiet' });
  const caption = element('figcaption', {});
  const heading = element('h2', {}, column.name);
  heading.style.borderColor = column.color;
  document.getElementById('cells').append(element('figure', {}, heading, parameters, canvas, caption));
  canvas.addEventListener('pointermove', (event) => {
    const box = canvas.getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * columns);
    const y = Math.floor(((event.clientY - box.top) / box.height) * rows);
    mark(x >= 0 && x < columns && y >= 0 && y < rows ? y * columns + x : null);
  });
  canvas.addEventListener('pointerleave', () => mark(null));
  canvas.addEventListener('blur', () => mark(null));
  canvas.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = marked === null ? 0 : marked + step;
    if (next >= 0 && next < rows * columns) mark(next);
  });
  return { column, canvas, parameters, caption };
});

function mark(at) {
  if (marked === at) return;
  marked = at;
  paint();
}

function choiceOf(column) {
  const alpha = data.alphas[state.alpha];
  return column.choices.find((choice) => choice.alpha === alpha) || column.choices[0];
}

function heatColor(value, scale) {
  const share = scale.to > scale.from
    ? scale.steps === 'linear'
      ? (value - scale.from) / (scale.to - scale.from)
      : Math.log(value / scale.from) / Math.log(scale.to / scale.from)
    : 0;
  const last = data.heatColors.length - 1;
  return data.heatColors[Math.round(Math.min(1, Math.max(0, share)) * last)];
}

function patchesOf(layer) {
  const all = layer.sizes.map(() => []);
  layer.regions.forEach((region, at) => { if (region !== null) all[region].push(at); });
  return all;
}

function fill(pen, patches, color) {
  pen.fillStyle = color;
  for (const at of patches)
    pen.fillRect((at % columns) * patch, Math.floor(at / columns) * patch, patch, patch);
}

function border(pen, patches, color, width) {
  const inside = new Set(patches);
  const has = (x, y) => x >= 0 && x < columns && y >= 0 && y < rows && inside.has(y * columns + x);
  pen.fillStyle = color;
  const far = patch - width;
  for (const at of patches) {
    const [x, y] = [at % columns, Math.floor(at / columns)];
    const strip = (dx, dy, w, h) => pen.fillRect(x * patch + dx, y * patch + dy, w, h);
    const [up, down, before, after] = [has(x, y - 1), has(x, y + 1), has(x - 1, y), has(x + 1, y)];
    if (!up) strip(0, 0, patch, width);
    if (!down) strip(0, far, patch, width);
    if (!before) strip(0, 0, width, patch);
    if (!after) strip(far, 0, width, patch);
    if (up && before && !has(x - 1, y - 1)) strip(0, 0, width, width);
    if (up && after && !has(x + 1, y - 1)) strip(far, 0, width, width);
    if (down && before && !has(x - 1, y + 1)) strip(0, far, width, width);
    if (down && after && !has(x + 1, y + 1)) strip(far, far, width, width);
  }
}

function mean(patches) {
  const sums = [0, 0, 0];
  for (const at of patches)
    [1, 3, 5].forEach((from, channel) => {
      sums[channel] += Number.parseInt(data.patchColors[at].slice(from, from + 2), 16);
    });
  return 'rgb(' + sums.map((sum) => Math.round(sum / patches.length)).join(' ') + ')';
}

function center(patches) {
  const sum = (of) => patches.reduce((total, at) => total + of(at), 0) / patches.length;
  return [(sum((at) => at % columns) + 0.5) * patch, (sum((at) => Math.floor(at / columns)) + 0.5) * patch];
}

function line(pen, from, to, color, width) {
  pen.strokeStyle = color;
  pen.lineWidth = width;
  pen.lineCap = 'round';
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(...to);
  pen.stroke();
}

function disc(pen, at, radius, color) {
  pen.fillStyle = color;
  pen.beginPath();
  pen.arc(...at, radius, 0, 2 * Math.PI);
  pen.fill();
}

function paintCell(pen, layer, view) {
  const edge = Math.max(1, Math.round(patch / 10));
  const groups = patchesOf(layer);
  const dropped = layer.regions.flatMap((region, at) => (region === null ? [at] : []));
  pen.fillStyle = 'white';
  pen.fillRect(0, 0, columns * patch, rows * patch);
  if (view.name === 'regions' || view.name === 'redundancy') {
    pen.globalAlpha = view.name === 'regions' ? 1 : 0.35;
    pen.drawImage(picture, 0, 0, columns * patch, rows * patch);
    pen.globalAlpha = 1;
    fill(pen, dropped, 'white');
  }
  if (view.name === 'regions')
    groups.forEach((patches, region) => {
      if (patches.length < 2) return;
      fill(pen, patches, mean(patches));
      border(pen, patches, layer.hues[region], edge);
    });
  const values = view.name === 'semantic'
    ? layer.semantic
    : layer.regions.map((region) => (region === null ? null : layer.sizes[region]));
  if (view.name === 'semantic' || view.name === 'sizes')
    values.forEach((value, at) => { if (value !== null) fill(pen, [at], heatColor(value, view.scale)); });
  if (view.name === 'redundancy')
    for (const [source, destination, redundancy] of layer.pairs) {
      const [from, to] = [center(source), center(destination)];
      const color = heatColor(redundancy, view.scale);
      const unit = Math.max(1, patch / 5);
      line(pen, from, to, '#1f2328', 1.8 * unit);
      line(pen, from, to, color, unit);
      disc(pen, from, 1.4 * unit, '#1f2328');
      disc(pen, from, 1.1 * unit, color);
      disc(pen, to, 1.8 * unit, '#1f2328');
      disc(pen, to, 1.5 * unit, color);
      disc(pen, to, 0.8 * unit, 'white');
    }
  const region = marked === null ? null : layer.regions[marked];
  if (region === null || region === undefined) return;
  border(pen, groups[region], 'white', edge + 2);
  border(pen, groups[region], 'black', edge);
}

function wordsAt(layer, view) {
  if (marked === null) return layer.captions[view.name];
  const region = layer.regions[marked];
  if (region === null) return 'dropped';
  const size = layer.sizes[region];
  const semantic = layer.semantic[marked];
  return 'a token of ' + size + (size === 1 ? ' patch' : ' patches') + (semantic === null ? '' : ', S ' + Number(semantic.toPrecision(2)));
}

function paint() {
  const view = data.views[state.view];
  const name = data.layerNames[state.layer];
  document.getElementById('question').textContent = view.question;
  document.getElementById('legend').textContent = view.legend + '.';
  document.getElementById('layer-value').textContent = name;
  document.getElementById('alpha-value').textContent = data.alphas.length > 0 ? String(data.alphas[state.alpha]) : '';
  const scale = document.getElementById('scale');
  scale.hidden = view.scale === null;
  if (view.scale !== null) {
    const short = (value) => String(Number(value.toPrecision(2)));
    document.getElementById('scale-from').textContent = (view.scale.isCut ? '≤ ' : '') + short(view.scale.from);
    document.getElementById('scale-to').textContent = short(view.scale.to);
    document.getElementById('scale-words').textContent = view.scaleWords;
  }
  for (const { column, canvas, parameters, caption } of cells) {
    const choice = choiceOf(column);
    const layer = choice.layers.find((one) => one.name === name);
    parameters.textContent = choice.parameters;
    canvas.style.visibility = layer === undefined ? 'hidden' : 'visible';
    if (layer === undefined) { caption.textContent = 'no such layer'; continue; }
    const pen = canvas.getContext('2d');
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    paintCell(pen, layer, view);
    canvas.setAttribute('aria-label', column.name + ', ' + choice.parameters + ', ' + name + ': ' + layer.captions[view.name]);
    caption.textContent = wordsAt(layer, view);
  }
}

function slider(id, most, key) {
  const input = document.getElementById(id);
  input.max = String(most);
  input.value = String(state[key]);
  input.closest('label').hidden = most < 1;
  input.addEventListener('input', () => {
    state[key] = Number(input.value);
    input.setAttribute('aria-valuetext', key === 'layer' ? data.layerNames[state.layer] : String(data.alphas[state.alpha]));
    paint();
  });
}

data.views.forEach((view, at) => {
  const input = element('input', { type: 'radio', name: 'view', value: String(at) });
  input.checked = at === state.view;
  input.addEventListener('change', () => { state.view = at; paint(); });
  document.getElementById('views').append(element('label', {}, input, ' ' + view.name));
});
slider('layer', data.layerNames.length - 1, 'layer');
slider('alpha', data.alphas.length - 1, 'alpha');
document.getElementById('bar').style.background = 'linear-gradient(to right, ' + data.heatColors.join(', ') + ')';
picture.decode().then(paint, paint);
`;
