/** Tooltips as elements with classes: the library's own are text with styles in it, which the policy forbids. */
export interface TooltipRow {
  name: string;
  value: string;
}

export function tooltip(title: string, rows: TooltipRow[]): HTMLElement {
  const box = document.createElement('div');
  const head = box.appendChild(document.createElement('strong'));
  head.textContent = title;
  const list = box.appendChild(document.createElement('dl'));
  for (const { name, value } of rows) {
    list.appendChild(document.createElement('dt')).textContent = name;
    list.appendChild(document.createElement('dd')).textContent = value;
  }
  return box;
}
