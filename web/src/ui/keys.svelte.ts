/** Keys that work everywhere but where somebody types. */
class Keys {
  palette = $state(false);
  sheet = $state(false);
  #awaiting = 0;

  /** Listens until the given function is called. `places` are gone to with `g` and their letter. */
  listen(places: [string, () => void][]): () => void {
    const pressed = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        this.palette = !this.palette;
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      if (this.palette || this.sheet) return;
      const isSecond = Date.now() - this.#awaiting < 1500;
      this.#awaiting = 0;
      const found = isSecond && places.find(([key]) => key === event.key);
      if (found) found[1]();
      else if (event.key === 'g') this.#awaiting = Date.now();
      else if (event.key === '?') this.sheet = true;
      else if (event.key === '/') this.palette = true;
      else if (event.key === '[' || event.key === ']') clickMarked(event.key === '[' ? 'previous' : 'next');
      else if (event.key === 'r') clickMarked('range');
      else if (event.key === 'p') clickMarked('shop');
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}

/** A page marks what a key presses with `data-key`. */
function clickMarked(name: string): void {
  const marked = document.querySelector<HTMLElement>(`[data-key="${name}"]`);
  marked?.focus();
  marked?.click();
}

export const keys = new Keys();
