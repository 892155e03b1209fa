import type { pruning as en } from '../en/pruning';

export const pruning: typeof en = { title: '专家剪枝' };
