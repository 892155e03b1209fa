import { useState } from 'react';
import { mixtralLayout } from '../../paging/synthetic-routing';
import { useWords } from '../i18n/use-words';
import { PlusIcon } from '../icons';
import { useSession } from '../session-context';
import { openAddDialog } from './add-dialog';
import { type Advice, adviceOf } from './advice';
import { useSupport } from './use-support';

const { config, formats } = mixtralLayout();
const MIXTRAL = { config, formats };
const EXPERTS = config.nLayers * config.nExperts;

/** Before any model was added: which one is for this device, what to expect of it, and why. Nothing of it is fetched for that. */
export function Recommendation() {
  const { advice: words, tryAgain } = useWords().models;
  const [tries, setTries] = useState(0);
  const { embedded } = useSession();
  const found = useSupport(MIXTRAL, tries);
  return (
    <section className="advice" aria-labelledby="advice-title" aria-busy={found === null}>
      <h3 id="advice-title">{words.title}</h3>
      {found === null && <progress aria-label={words.looking} />}
      {found && 'ok' in found && (
        <TheAdvice advice={adviceOf(words, found, { embedded: embedded.name, experts: EXPERTS })} />
      )}
      {found && 'code' in found && (
        <div className="alert" role="alert" data-code={found.code}>
          <p>
            {words.unknown} {found.message} {found.hint}
          </p>
          <button type="button" className="button button-outline" onClick={() => setTries(tries + 1)}>
            {tryAgain}
          </button>
        </div>
      )}
    </section>
  );
}

function TheAdvice({ advice: { model, headline, reasons, speed } }: { advice: Advice }) {
  const { advice: words, add } = useWords().models;
  return (
    <>
      <p className="advice-headline">{headline}</p>
      <ul className="advice-reasons">
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
        {model === 'mixtral' && <li>{words.find}</li>}
      </ul>
      {speed !== null && (
        <details className="advice-why">
          <summary>{words.why}</summary>
          <p>{speed}</p>
        </details>
      )}
      {model === 'mixtral' && (
        <button type="button" className="button button-primary" aria-haspopup="dialog" onClick={openAddDialog}>
          <PlusIcon /> {add}
        </button>
      )}
    </>
  );
}
