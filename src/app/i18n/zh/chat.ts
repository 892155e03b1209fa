import type { chat as en } from '../en/chat';

export const chat: typeof en = {};
