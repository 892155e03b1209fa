import { Fragment } from 'react';
import type { ErrorData } from '../../protocol/errors';
import { type BrowserHelp, orderHelp } from '../../ui/webgpu-help';
import { useWords } from '../i18n/use-words';
import { openServerDialog, ServerDialog } from '../server/server-dialog';
import { ErrorText } from './error-text';

/** The whole page where the model cannot run: why, and what to do, the visitor's own browser first. */
export function NoWebGpu({ reason }: { reason: ErrorData }) {
  const words = useWords().notices;
  return (
    <main className="no-webgpu">
      <p className="brand">
        <img src="./icons/mark.svg" alt="" width="24" height="24" />
        Mixtab
      </p>
      <h1>{words.needsWebGpu}</h1>
      <div className="no-webgpu-reason" role="alert">
        <p>
          <ErrorText error={reason} />
        </p>
      </div>
      <p>{words.whyWebGpu}</p>
      <div className="model-actions">
        <button type="button" className="button button-outline" onClick={() => location.reload()}>
          {words.checkAgain}
        </button>
        <button type="button" className="button button-outline" aria-haspopup="dialog" onClick={openServerDialog}>
          {words.useServer}
        </button>
      </div>
      <div className="help">
        {orderHelp(navigator.userAgent, words.help).map((help) => (
          <Help key={help.id} help={help} />
        ))}
      </div>
      <ServerDialog />
    </main>
  );
}

function Help({ help }: { help: BrowserHelp }) {
  return (
    <section>
      <h2>{help.name}</h2>
      <ul>
        {help.steps.map((step) => (
          <li key={step}>
            <WithCode text={step} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Browsers refuse links to their own settings, so the addresses are there to copy. */
function WithCode({ text }: { text: string }) {
  return text.split('`').map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence do not move
    <Fragment key={index}>{index % 2 === 1 ? <code>{part}</code> : part}</Fragment>
  ));
}
