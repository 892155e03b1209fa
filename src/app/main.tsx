import { createRoot } from 'react-dom/client';
// From their own files: what else the library has comes when it is asked for.
import { createEngine } from '../client/create-engine';
import { openLibrary } from '../client/library';
import { requestPersistence } from '../store/quota';
import { findMissingWebGpu } from '../ui/webgpu-help';
import { App } from './app';
import { Chats } from './chats';
import { keepAddress } from './conversations/address';
import { type ConversationStore, openConversations } from './conversations/conversation-store';
import { followLanguage } from './i18n/follow-language';
import { followTheme } from './lib/theme';
import { ModelsProvider } from './library/library-context';
import { Models } from './models';
import { registerServiceWorker } from './notices/app-update';
import { retryWhenOnline } from './notices/connection';
import { Session } from './session';
import { PageProvider } from './session-context';
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

const chats = new Chats({ session, kept: keptConversations() });
const models = new Models({ library: openLibrary(), requestPersistence, session });

followTheme(session.store);
retryWhenOnline(session);
// Meanwhile the model is already on its way.
void followLanguage(session.store).then(() =>
  createRoot(root).render(
    <PageProvider session={session} chats={chats}>
      <ModelsProvider models={models}>
        <App />
      </ModelsProvider>
    </PageProvider>,
  ),
);
void keepAddress(chats, session.store);
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

/** Where the browser refuses storage, reaching for it throws. */
function keptConversations(): ConversationStore | null {
  try {
    return window.indexedDB ? openConversations(window.indexedDB) : null;
  } catch {
    return null;
  }
}
