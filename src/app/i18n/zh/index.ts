import type { Words } from '../language';
import { analysis } from './analysis';
import { app } from './app';
import { chat } from './chat';
import { commands } from './commands';
import { composer } from './composer';
import { conversations } from './conversations';
import { memory } from './memory';
import { models } from './models';
import { notices } from './notices';
import { pruning } from './pruning';
import { router } from './router';
import { server } from './server';
import { settings } from './settings';

/** Simplified Chinese. */
export const zh: Words = {
  analysis,
  app,
  chat,
  commands,
  composer,
  conversations,
  memory,
  models,
  notices,
  pruning,
  router,
  server,
  settings,
};
