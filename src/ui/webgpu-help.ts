import type { ErrorData } from '../protocol/errors';

export interface BrowserHelp {
  id: 'chrome' | 'edge' | 'safari' | 'firefox' | 'linux';
  name: string;
  steps: string[];
}

/** How to get WebGPU, by browser. Text in backticks is an address or a name to type. */
export const BROWSER_HELP: readonly BrowserHelp[] = [
  {
    id: 'chrome',
    name: 'Chrome',
    steps: [
      'Update to version 123 or later, on Android to the newest one.',
      'In `chrome://settings/system`, switch on "Use graphics acceleration when available" and relaunch.',
      'If `chrome://gpu` still says that WebGPU is disabled, update the graphics driver.',
    ],
  },
  {
    id: 'edge',
    name: 'Edge',
    steps: [
      'Update to version 123 or later.',
      'In `edge://settings/system`, switch on "Use graphics acceleration when available" and restart.',
    ],
  },
  {
    id: 'safari',
    name: 'Safari',
    steps: [
      'Update to Safari 26, which has WebGPU on macOS, iOS and iPadOS.',
      'In Safari 18 on a Mac, switch on WebGPU under Develop › Feature Flags.',
    ],
  },
  {
    id: 'firefox',
    name: 'Firefox',
    steps: [
      'Update: WebGPU is on from version 141 on Windows and from 145 on Macs with Apple silicon.',
      'Elsewhere, set `dom.webgpu.enabled` to true in `about:config` and restart.',
    ],
  },
  {
    id: 'linux',
    name: 'Chrome or Chromium on Linux',
    steps: [
      'Enable `chrome://flags/#enable-unsafe-webgpu` and `chrome://flags/#enable-vulkan`, then relaunch.',
      'Without a graphics card, start it with `--enable-unsafe-webgpu --use-webgpu-adapter=swiftshader`: slow, but it runs.',
    ],
  },
];

/** The help that fits a browser's user agent first, then the rest. */
export function orderHelp(userAgent: string, help = BROWSER_HELP): BrowserHelp[] {
  const own = ownBrowser(userAgent);
  return [...help].sort((a, b) => Number(b.id === own) - Number(a.id === own));
}

function ownBrowser(userAgent: string): BrowserHelp['id'] {
  if (/Firefox\//.test(userAgent)) return 'firefox';
  if (/Edg\//.test(userAgent)) return 'edge';
  if (/Chrome\//.test(userAgent)) return /Linux/.test(userAgent) && !/Android/.test(userAgent) ? 'linux' : 'chrome';
  return /Safari\//.test(userAgent) ? 'safari' : 'chrome';
}

/** Whether to try at all; the engine finds out the rest (an adapter, its limits). Null: go on. */
export function findMissingWebGpu(scope: { navigator: object; isSecureContext: boolean }): ErrorData | null {
  if ('gpu' in scope.navigator) return null;
  return scope.isSecureContext
    ? {
        code: 'webgpu-unavailable',
        message: 'This browser does not offer WebGPU',
        hint: 'It is too old, or WebGPU is switched off.',
        data: {},
      }
    : {
        code: 'webgpu-unavailable',
        message: 'WebGPU needs a secure address',
        hint: 'Open this page over https, or from localhost.',
        data: {},
      };
}
