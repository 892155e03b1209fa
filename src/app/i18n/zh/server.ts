import type { server as en } from '../en/server';

export const server: typeof en = {};
