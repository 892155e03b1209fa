import { useAppState, useSession } from '../session-context';
import { UseButton } from './use-button';

/** The model that comes with the page: always there, nothing to manage. */
export function EmbeddedRow() {
  const { embedded } = useSession();
  const inUse = useAppState((state) => state.model.id === embedded.id);
  return (
    <li className="model" data-in-use={inUse}>
      <div className="model-head">
        <h3>{embedded.name}</h3>
        <UseButton id={embedded.id} name={embedded.name} />
      </div>
      <p className="muted">Comes with this page, to try it out: small, and no match for a large model.</p>
    </li>
  );
}
