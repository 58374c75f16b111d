/** Elements of the page, in which text only ever becomes a text node, so that nothing from data is read as markup. */

type Listener = (event: Event) => void;
export type Attributes = Readonly<Record<string, string | number | boolean | Listener | undefined>>;
export type Child = Node | string | number | undefined;

/**
 * An element with attributes and children. A listener goes under `onclick`, `oninput` …; `true` sets an attribute without a value,
 * `false` and `undefined` leave it out.
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== undefined && value !== false) made.setAttribute(name, String(value));
  }
  for (const child of children)
    if (child !== undefined) made.append(child instanceof Node ? child : String(child));
  return made;
}

/** A section with its heading, which names it for a screen reader. */
export function section(id: string, heading: string, ...children: readonly Child[]): HTMLElement {
  return element(
    'section',
    { id, 'aria-labelledby': `${id}-heading` },
    element('h2', { id: `${id}-heading` }, heading),
    ...children,
  );
}

/** A drop-down list with a label. */
export function select(
  label: string,
  options: readonly { readonly value: string; readonly text: string }[],
  chosen: string,
  onChoice: (value: string) => void,
): HTMLElement {
  const list = element(
    'select',
    { onchange: () => onChoice(list.value) },
    ...options.map(({ value, text }) => element('option', { value, selected: value === chosen }, text)),
  );
  return element('label', { class: 'field' }, element('span', {}, label), list);
}

/** A dot in the colour of a method. */
export function dot(color: string): HTMLElement {
  const made = element('span', { class: 'dot', 'aria-hidden': 'true' });
  made.style.background = color;
  return made;
}

/** Fills `container` with the first `most` items, and behind it a button for the others where there are any. */
export function withMore<Item>(
  container: HTMLElement,
  items: readonly Item[],
  most: number,
  draw: (item: Item) => HTMLElement,
): HTMLElement[] {
  container.append(...items.slice(0, most).map(draw));
  if (items.length <= most) return [container];
  const more = element(
    'button',
    {
      class: 'more',
      onclick: () => {
        container.append(...items.slice(most).map(draw));
        more.remove();
      },
    },
    `Show ${(items.length - most).toLocaleString('en')} more`,
  );
  return [container, more];
}
