import type { commands as en } from '../en/commands';

export const commands: typeof en = {};
