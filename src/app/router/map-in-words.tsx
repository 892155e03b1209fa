import { useEffect, useState } from 'react';
import { useWords } from '../i18n/use-words';
import { useSession } from '../session-context';
import { layerOf } from './expert-feed';

/** How often the words for screen readers follow the picture, ms: fresh when read, quiet otherwise. */
const WORDS_EVERY_MS = 1000;

/** The map for those who do not see it, a line a layer. */
export function MapInWords() {
  const { router: words } = useWords();
  const { feed } = useSession();
  const [, setTurn] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = feed.subscribe(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setTurn((turn) => turn + 1);
      }, WORDS_EVERY_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [feed]);
  return (
    <ul className="sr-only" aria-label={words.inWords}>
      {Array.from({ length: feed.layers }, (_, layer) => {
        const { resident, picked } = layerOf(feed, layer);
        // biome-ignore lint/suspicious/noArrayIndexKey: a layer is its index
        return <li key={layer}>{words.layerInWords(layer, resident, picked, feed.misses[layer] ?? 0)}</li>;
      })}
    </ul>
  );
}
