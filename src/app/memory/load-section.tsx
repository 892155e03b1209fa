import { type ComponentType, lazy, Suspense } from 'react';
import { useWords } from '../i18n/use-words';
import { useAppState } from '../session-context';
import type { OptionsFormProps } from './options-form';
import { useLoaded } from './use-loaded';

/** Not for the first screen. Where it cannot be fetched any more, a new version is there and says so. */
const OptionsForm = lazy(async (): Promise<{ default: ComponentType<OptionsFormProps> }> => {
  const form = await import('./options-form').catch(() => null);
  return { default: form?.OptionsForm ?? (() => null) };
});

/** How the model is loaded: RAM, context, eviction, approximate modes. */
export function LoadSection() {
  const { server, status } = useAppState((state) => state.model);
  const loaded = useLoaded();
  if (!loaded || server) return null;
  return (
    <section className="panel-section">
      <Suspense>
        <OptionsForm key={loaded.info.id} info={loaded.info} budget={loaded.budget} status={status} />
      </Suspense>
      {status === 'loading' && <LoadingAgain />}
    </section>
  );
}

function LoadingAgain() {
  const { memory: words } = useWords();
  const progress = useAppState((state) => state.model.progress);
  return (
    <div className="memory-loading">
      <progress aria-label={words.loading} value={progress?.progress ?? 0} max={1} />
      <p className="muted">{words.loading}</p>
    </div>
  );
}
