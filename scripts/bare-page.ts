import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { findChromium, QUIET_ARGS, SWIFTSHADER_ARGS } from './chromium.mjs';

type Params = Record<string, unknown>;

interface Message {
  id?: number;
  method?: string;
  sessionId?: string;
  params?: Params;
  result?: Params;
  error?: { message: string };
}

export interface BarePage {
  /** Of the browser. */
  pid: number;
  /** What an expression resolves to, as JSON carries it. */
  evaluate(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * Headless Chromium on a page, led over the DevTools protocol by little more than evaluating: Playwright listens to the network, and then
 * each worker keeps up to 200 MB of the bodies that it fetched. `onTell` hears what the page gives to its function `tell`. `cores`: how
 * many the page's workers are told that there are; 0 for as many as there are.
 */
export async function openBarePage(
  url: string,
  { profileDir, cores, onTell }: { profileDir: string; cores: number; onTell: (text: string) => void },
): Promise<BarePage> {
  const chromium = findChromium();
  if (chromium === null) throw new Error('Chromium: expected one, got none');
  const options = ['--headless', '--remote-debugging-pipe', `--user-data-dir=${profileDir}`, ...QUIET_ARGS];
  const browser = spawn(chromium, [...options, ...SWIFTSHADER_ARGS, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const devtools = new DevTools(browser, async (method, params, sessionId) => {
    if (method === 'Runtime.bindingCalled') onTell(String(params.payload));
    if (method !== 'Target.attachedToTarget') return;
    const worker = String(params.sessionId);
    if (sessionId === undefined) return;
    await limit(worker);
    await devtools.call('Runtime.runIfWaitingForDebugger', {}, worker);
  });
  const limit = async (session: string) => {
    if (cores === 0) return;
    const auto = { autoAttach: true, waitForDebuggerOnStart: true, flatten: true };
    await devtools.call('Target.setAutoAttach', auto, session).catch(() => {});
    await devtools.call('Emulation.setHardwareConcurrencyOverride', { hardwareConcurrency: cores }, session);
  };
  const { targetId } = await devtools.call('Target.createTarget', { url: 'about:blank' });
  const attached = await devtools.call('Target.attachToTarget', { targetId, flatten: true });
  const session = String(attached.sessionId);
  await limit(session);
  await devtools.call('Runtime.enable', {}, session);
  await devtools.call('Runtime.addBinding', { name: 'tell' }, session);
  await devtools.call('Page.enable', {}, session);
  await devtools.call('Page.navigate', { url }, session);
  return {
    pid: browser.pid as number,
    async evaluate(expression) {
      const wish = { expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = await devtools.call('Runtime.evaluate', wish, session);
      if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
      return (result as { value?: unknown }).value;
    },
    async close() {
      const gone = once(browser, 'exit');
      await devtools.call('Browser.close');
      await gone;
    },
  };
}

/** The protocol over the pipe that Chromium reads from and writes to: JSON, each message ended by a zero byte. */
class DevTools {
  readonly #pending = new Map<number, (message: Message) => void>();
  readonly #to: Writable;
  #last = 0;

  constructor(browser: ChildProcess, onEvent: (method: string, params: Params, sessionId?: string) => Promise<void>) {
    this.#to = browser.stdio[3] as Writable;
    let text = '';
    (browser.stdio[4] as Readable).setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const messages = text.split('\0');
      text = messages.pop() ?? '';
      for (const each of messages) {
        const message = JSON.parse(each) as Message;
        if (message.id !== undefined) this.#pending.get(message.id)?.(message);
        else if (message.method)
          void onEvent(message.method, message.params ?? {}, message.sessionId).catch(console.error);
      }
    });
    browser.once('exit', () => {
      for (const settle of this.#pending.values()) settle({ error: { message: 'Chromium has ended' } });
    });
  }

  async call(method: string, params: Params = {}, sessionId?: string): Promise<Params> {
    const id = ++this.#last;
    const answer = new Promise<Message>((resolve) => this.#pending.set(id, resolve));
    this.#to.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result, error } = await answer;
    this.#pending.delete(id);
    if (error) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  }
}
