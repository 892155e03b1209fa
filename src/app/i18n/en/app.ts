import type { LoadPhase } from '../../../protocol/engine';
import { formatCount } from '../../../ui/format';

export const app = {
  title: 'Mixtab: a language model in this tab',
  actions: 'Chat and settings',
  chats: 'Chats',
  newChat: 'New chat',
  panel: 'Memory',
  panelTitle: 'Memory and experts',
  closePanel: 'Close memory panel',
  palette: 'Commands',
  menu: 'Menu',
  settings: 'Settings',

  modelsNow: 'Models, now: ',
  status: { loading: 'Loading the model', failed: 'Model not loaded', unsupported: 'No WebGPU' },
  serverStatus: { loading: 'Asking the server', failed: 'Server not reached', unsupported: 'No WebGPU' },
  modelOnServer: (model: string, host: string) => `${model} on ${host}`,
  parameters: (count: number) => `${formatCount(count)} parameters`,

  closeNamed: (name: string) => `Close ${name}`,
  language: 'Language',
  languageAuto: "The browser's language",

  lead: 'A language model, running in this tab.',
  leadMore:
    'Nothing you write leaves your device. It is a Mixtral: only the experts that a word needs take up GPU memory.',
  embedded: (name: string) =>
    `${name} comes with this page to try it out: 8 MB, fetched once and kept for later visits.`,
  bringMixtral: 'Bring Mixtral 8x7B',
  serverLead: (host: string) => `A language model on ${host}.`,
  serverSent: 'What you write is sent there.',
  suggestions: 'Suggested prompts',
  suggested: [
    'Explain mixture-of-experts models to a programmer.',
    'Write a short story about a lighthouse keeper.',
    'Compare quicksort and mergesort in a table.',
  ] as readonly string[],

  loading: 'Loading the model',
  starting: 'Starting',
  phases: {
    manifest: 'Looking up the model',
    download: 'Fetching the weights',
    shaders: 'Preparing the GPU programs',
    weights: 'Moving the weights to the GPU',
    ready: 'Ready',
  } satisfies Record<LoadPhase, string>,
  share: (done: string, total: string) => `${done} of ${total}`,
  timeLeft: (time: string) => `${time} left`,

  ready: (name: string) => `${name} is ready.`,
  answering: 'Answering.',
  stopped: (text: string) => `Stopped. ${text}`,
  answer: (text: string) => `Answer: ${text}`,
};
