/** Colours of the stylesheet by the token's name, without its dashes, as a canvas takes them. */
export type PageColors<Name extends string> = Record<Name, string>;

/** What tokens are at this moment, for what draws by itself: `light-dark()` and the system's colours become plain ones. */
export function readColors<Name extends string>(names: readonly Name[]): PageColors<Name> {
  const probe = document.createElement('i');
  probe.hidden = true;
  document.body.append(probe);
  const colors = names.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color] as const;
  });
  probe.remove();
  return Object.fromEntries(colors) as PageColors<Name>;
}

/** Calls `listener` when the theme changes, by the setting or the system's. Returns what ends that. */
export function onColorsChange(listener: () => void): () => void {
  const root = new MutationObserver(listener);
  root.observe(document.documentElement, { attributeFilter: ['data-theme', 'data-contrast'] });
  const queries = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener('change', listener);
  return () => {
    root.disconnect();
    for (const query of queries) query.removeEventListener('change', listener);
  };
}
