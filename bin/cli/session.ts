import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { BrowserContext } from 'playwright-core';
import { serve } from '../../scripts/serve.mjs';
import type { LoadOptions, ModelInfo } from '../../src/protocol/engine';
import { MixtabError } from '../../src/protocol/errors';
import type {
  Floor,
  Generated,
  HeadlessApi,
  HeadlessEvent,
  HeadlessModel,
  HeadlessRequest,
  Outcome,
} from '../headless/api';
import { endOf, openHeadlessPage } from './browser';

export interface SessionOptions {
  /** Folder of the built app. */
  dist: string;
  /** Further folders to serve, by path. */
  mounts: Record<string, string>;
  /** Where the browser's profile is kept. Undefined: a new one, removed at the end. */
  profileDir: string | undefined;
  signal: AbortSignal;
  onEvent: (event: HeadlessEvent) => void;
}

/** The page's functions without their {@link Outcome}: they reject in place of it. */
type Calls = {
  [K in keyof HeadlessApi]: (
    ...args: Parameters<HeadlessApi[K]>
  ) => Promise<ValueOf<Awaited<ReturnType<HeadlessApi[K]>>>>;
};
type ValueOf<O> = O extends { value: infer T } ? T : never;

/** The app's engine in a headless Chromium. Its calls reject with MixtabError, also when the browser or the page dies. */
export interface Session {
  load(model: HeadlessModel, options: LoadOptions): Promise<ModelInfo>;
  /** Writes the prompt's logits to `logitsFile` if it is given. */
  generate(request: Omit<HeadlessRequest, 'logitsPath'>, logitsFile?: string | undefined): Promise<Generated>;
  /** See {@link HeadlessApi.floor}. */
  floor(position: number): Promise<Floor>;
  unload: Calls['unload'];
  syntheticState: Calls['syntheticState'];
  makeSynthetic: Calls['makeSynthetic'];
  readLoop: Calls['readLoop'];
  lossyTrial: Calls['lossyTrial'];
  pruningTrial: Calls['pruningTrial'];
  close(): Promise<void>;
}

/** A browser that has not closed by then is killed by Playwright when this process exits. */
const CLOSE_MS = 5_000;

export async function openSession(options: SessionOptions): Promise<Session> {
  const routes: Parameters<typeof serve>[0]['routes'] = {};
  const server = await serve({ root: options.dist, mounts: options.mounts, routes });
  let context: BrowserContext | null = null;
  const close = async () => {
    await Promise.race([context?.close().catch(() => {}), wait(CLOSE_MS, undefined, { ref: false })]);
    await server.close();
  };
  try {
    const { profileDir, onEvent, signal } = options;
    const opened = await openHeadlessPage({ port: server.port, profileDir, onEvent });
    context = opened.context;
    const { page } = opened;
    const end = endOf(context, page, signal);
    return {
      load: (model, loadOptions) =>
        settled(
          page.evaluate(([m, o]) => window.mixtabHeadless.load(m, o), [model, loadOptions] as const),
          end,
        ),
      generate(request, logitsFile) {
        const logitsPath = logitsFile === undefined ? undefined : `/${randomUUID()}`;
        if (logitsFile !== undefined) routes[`POST ${logitsPath}`] = saveTo(logitsFile);
        return settled(
          page.evaluate((r) => window.mixtabHeadless.generate(r), { ...request, logitsPath }),
          end,
        );
      },
      floor: (position) =>
        settled(
          page.evaluate((p) => window.mixtabHeadless.floor(p), position),
          end,
        ),
      unload: () =>
        settled(
          page.evaluate(() => window.mixtabHeadless.unload()),
          end,
        ),
      syntheticState: (model) =>
        settled(
          page.evaluate((m) => window.mixtabHeadless.syntheticState(m), model),
          end,
        ),
      makeSynthetic: (model) =>
        settled(
          page.evaluate((m) => window.mixtabHeadless.makeSynthetic(m), model),
          end,
        ),
      readLoop: (...args) =>
        settled(
          page.evaluate((a) => window.mixtabHeadless.readLoop(...a), args),
          end,
        ),
      lossyTrial: (...args) =>
        settled(
          page.evaluate((a) => window.mixtabHeadless.lossyTrial(...a), args),
          end,
        ),
      pruningTrial: (...args) =>
        settled(
          page.evaluate((a) => window.mixtabHeadless.pruningTrial(...a), args),
          end,
        ),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The value of a call into the page, unless the session ends first. */
async function settled<T>(call: Promise<Outcome<T>>, end: Promise<never>): Promise<T> {
  const outcome = await Promise.race([call, end]);
  if (outcome.error) throw MixtabError.from(outcome.error);
  return outcome.value;
}

/** Handler that streams a request's body into a file. */
function saveTo(file: string) {
  return async (request: IncomingMessage, response: ServerResponse) => {
    try {
      await pipeline(request, createWriteStream(file));
      response.writeHead(204).end();
    } catch (error) {
      response.writeHead(500).end(error instanceof Error ? error.message : String(error));
    }
  };
}
