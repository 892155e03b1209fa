export const startEngineWorker = (): Worker =>
  new Worker(new URL('../../workers/engine.worker.ts', import.meta.url), { type: 'module', name: 'mixtab-engine' });
