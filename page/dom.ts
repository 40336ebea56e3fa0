/** Makes an element. Text goes in as text: nothing that a record says is ever read as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A button that does something. A sign alone is not a name for those who hear it. */
export function button(label: string, title: string, act: () => void): HTMLButtonElement {
  const made = element(
    'button',
    { type: 'button', title, 'aria-label': /\w/.test(label) ? `${label}: ${title}` : title },
    label,
  );
  made.addEventListener('click', act);
  return made;
}
