import type { ErrorCode } from '../../../protocol/errors';
import { BROWSER_HELP, type BrowserHelp } from '../../../ui/webgpu-help';
import type { Remedy } from '../../state/problems';

export interface ErrorWords {
  /** What failed. */
  headline: string;
  /** What to do. */
  advice: string;
}

export const notices = {
  /** By code, for a language that errors do not come in; null: as they come. */
  errors: null as Record<ErrorCode, ErrorWords> | null,
  remedies: {
    'load-again': 'Start again',
    'answer-again': 'Try again',
    'new-chat': 'New chat',
    'least-budget': 'Use the least memory',
    'reload-page': 'Reload the page',
    'open-models': 'Show models',
    'open-server': 'Change the server',
    'save-again': 'Save again',
    dismiss: 'Dismiss',
  } satisfies Record<Remedy, string>,
  recovering: 'The GPU was reset. Getting the model back; the answer goes on.',
  moving: 'The tab that ran the model has gone. Getting the model back; the answer goes on.',
  offline: (host: string) => `This device is offline: ${host} answers again when the network is back.`,

  update: 'There is a new version.',
  updateLater: 'The new version comes when the answer is done.',
  reload: 'Reload',
  notNow: 'Not now',

  needsWebGpu: 'Mixtab needs WebGPU',
  whyWebGpu: "The model runs on this device's graphics processor, and WebGPU is the browser's way to it.",
  checkAgain: 'Check again',
  useServer: 'Use a server instead',
  help: BROWSER_HELP as readonly BrowserHelp[],
};
