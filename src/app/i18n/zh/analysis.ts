import type { analysis as en } from '../en/analysis';

export const analysis: typeof en = {};
