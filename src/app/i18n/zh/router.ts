import type { router as en } from '../en/router';

export const router: typeof en = {};
