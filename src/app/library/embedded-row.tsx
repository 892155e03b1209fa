import { useWords } from '../i18n/use-words';
import { useAppState, useSession } from '../session-context';
import { UseButton } from './use-button';

/** The model that comes with the page: always there, nothing to manage. */
export function EmbeddedRow() {
  const { embedded } = useSession();
  const { models: words } = useWords();
  const inUse = useAppState((state) => state.model.id === embedded.id);
  return (
    <li className="model" data-in-use={inUse}>
      <div className="model-head">
        <h3>{embedded.name}</h3>
        <UseButton id={embedded.id} name={embedded.name} />
      </div>
      <p className="muted">{words.embedded}</p>
    </li>
  );
}
