export const pruning = {};
