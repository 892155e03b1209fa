export const pruning = { title: 'Expert pruning' };
