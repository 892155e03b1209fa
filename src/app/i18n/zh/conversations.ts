import type { conversations as en } from '../en/conversations';

export const conversations: typeof en = {};
