import { createElement, StrictMode, useLayoutEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { onTestFinished } from 'vitest';

/** What a hook gives, render after render, in a real root that React schedules as on any page; it goes when the test ends. */
export interface Rendered<Value> {
  /** Of the last render that was shown. */
  readonly now: Value;
  /** Of all renders that were shown; StrictMode shows the first one twice. */
  readonly shown: Value[];
  /** Renders with another hook: the same one with other arguments, as a rule. */
  again(hook: () => Value): void;
  /** Resolves with the first value that meets the condition, now or later. */
  until(condition: (value: Value) => boolean): Promise<Value>;
  unmount(): void;
}

export function renderHook<Value>(hook: () => Value): Rendered<Value> {
  const root = createRoot(document.createElement('div'));
  const shown: Value[] = [];
  const waiting = new Set<() => void>();
  const show = (value: unknown): void => {
    shown.push(value as Value);
    for (const check of waiting) check();
  };
  const again = (use: () => Value): void =>
    root.render(createElement(StrictMode, null, createElement(Probe, { use, show })));
  const unmount = (): void => root.unmount();
  onTestFinished(unmount);
  again(hook);
  return {
    get now() {
      return shown.at(-1) as Value;
    },
    shown,
    again,
    until: (condition) =>
      new Promise((resolve) => {
        const check = (): void => {
          const value = shown.at(-1);
          if (value === undefined || !condition(value)) return;
          waiting.delete(check);
          resolve(value);
        };
        waiting.add(check);
        check();
      }),
    unmount,
  };
}

function Probe({ use, show }: { use: () => unknown; show: (value: unknown) => void }): null {
  const value = use();
  useLayoutEffect(() => show(value));
  return null;
}
