import { createRoot } from 'react-dom/client';
import { createEngine, openLibrary, requestPersistence } from '../client';
import { findMissingWebGpu } from '../ui/webgpu-help';
import { App } from './app';
import { ModelsProvider } from './library/library-context';
import { Models } from './models';
import { registerServiceWorker } from './notices/app-update';
import { Session } from './session';
import { SessionProvider } from './session-context';
import './styles/tokens.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/chat.css';
import './styles/panel.css';
import './styles/notices.css';
import './styles/models.css';

const root = document.getElementById('root');
if (!root) throw new Error('index.html: expected an element with id "root", found none');

const session = new Session({
  createEngine: (model, options) => createEngine(model, { ...options, shared: true }),
  connectServer: (server, options) => createEngine(server, options),
  embedded: { id: 'tiny', url: new URL('models/tiny/', document.baseURI).href, name: 'Mixtab Tiny' },
  storage: accessibleStorage(),
});

const models = new Models({ library: openLibrary(), requestPersistence, session });

createRoot(root).render(
  <SessionProvider session={session}>
    <ModelsProvider models={models}>
      <App />
    </ModelsProvider>
  </SessionProvider>,
);
const missing = findMissingWebGpu(window);
if (missing && session.store.getState().settings.server === null)
  session.store.dispatch({ type: 'model/unsupported', reason: missing });
else {
  void session.start();
  void models.start();
}

if (import.meta.env.PROD) void registerServiceWorker();

/** Reading `localStorage` throws where cookies are blocked. */
function accessibleStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
