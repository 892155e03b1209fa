import { expose } from 'comlink';
import { Engine } from '../src/engine/engine';
import { installErrorTransfer } from '../src/lib/comlink-errors';
import { holdLife } from '../src/lib/worker-life';
import type { EngineApi } from '../src/protocol/engine';

installErrorTransfer();
expose(new Engine() satisfies EngineApi);
holdLife(self);
