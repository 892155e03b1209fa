import { ANALYSIS_DIALOG } from './analysis/open';
import { Composer } from './chat/composer';
import { Conversation } from './chat/conversation';
import { CommandDialogs } from './commands/command-dialogs';
import { Sidebar } from './conversations/sidebar';
import { Header } from './header';
import { LazyDialog } from './lib/dialogs';
import { AddDialog } from './library/add-dialog';
import { DropZone } from './library/drop-zone';
import { ImportBar } from './library/import-bar';
import { ModelsDialog } from './library/models-dialog';
import { NoWebGpu } from './notices/no-webgpu';
import { ProblemAlerts } from './notices/problem-alerts';
import { Status } from './notices/status';
import { UpdateNotice } from './notices/update-notice';
import { SidePanel } from './panel/side-panel';
import { PRUNING_DIALOG } from './pruning/open';
import { COMPARE_DIALOG } from './router/open';
import { ServerDialog } from './server/server-dialog';
import { useAppState } from './session-context';
import { SettingsDialog } from './settings/settings-dialog';

const loadAnalysis = async () => (await import('./analysis/analysis-sheet')).AnalysisSheet;
const loadCompare = async () => (await import('./router/compare-sheet')).CompareSheet;
const loadPruning = async () => (await import('./pruning/pruning-sheet')).PruningSheet;

export function App() {
  const reason = useAppState((state) => state.model.reason);
  const sidebar = useAppState((state) => state.settings.sidebar);
  const panel = useAppState((state) => state.settings.panel);
  if (reason) return <NoWebGpu reason={reason} />;
  return (
    <div className="shell" data-sidebar={sidebar} data-panel={panel}>
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
      <LazyDialog id={ANALYSIS_DIALOG} load={loadAnalysis} />
      <LazyDialog id={PRUNING_DIALOG} load={loadPruning} />
      <LazyDialog id={COMPARE_DIALOG} load={loadCompare} />
      <CommandDialogs />
      <DropZone />
      <UpdateNotice />
    </div>
  );
}
