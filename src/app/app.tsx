import { useEffect } from 'react';
import { Composer } from './chat/composer';
import { Conversation } from './chat/conversation';
import { Sidebar } from './conversations/sidebar';
import { Header } from './header';
import { AddDialog } from './library/add-dialog';
import { DropZone } from './library/drop-zone';
import { ImportBar } from './library/import-bar';
import { ModelsDialog } from './library/models-dialog';
import { NoWebGpu } from './notices/no-webgpu';
import { ProblemAlerts } from './notices/problem-alerts';
import { Status } from './notices/status';
import { UpdateNotice } from './notices/update-notice';
import { SidePanel } from './panel/side-panel';
import { ServerDialog } from './server/server-dialog';
import { useAppState } from './session-context';
import { SettingsDialog } from './settings/settings-dialog';

export function App() {
  const reason = useAppState((state) => state.model.reason);
  const theme = useAppState((state) => state.settings.theme);

  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);

  if (reason) return <NoWebGpu reason={reason} />;
  return (
    <div className="shell">
      <Header />
      <Sidebar />
      <main className="chat">
        <Conversation />
        <div className="chat-foot">
          <ProblemAlerts />
          <Status />
          <ImportBar />
          <Composer />
        </div>
      </main>
      <SidePanel />
      <SettingsDialog />
      <ModelsDialog />
      <AddDialog />
      <ServerDialog />
      <DropZone />
      <UpdateNotice />
    </div>
  );
}
