import type { composer as en } from '../en/composer';

export const composer: typeof en = {};
