/** Creates an element. Strings become text, so that nothing in a record is ever read as HTML. */
export function createElement<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const created = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) created.setAttribute(name, value);
  created.append(...children);
  return created;
}

/** A button that does something. A sign alone is not a name for those who hear it. */
export function createButton(label: string, title: string, act: () => void): HTMLButtonElement {
  const created = createElement(
    'button',
    { type: 'button', title, 'aria-label': /\w/.test(label) ? `${label}: ${title}` : title },
    label,
  );
  created.addEventListener('click', act);
  return created;
}
