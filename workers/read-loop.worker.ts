import { expose } from 'comlink';
import { installErrorTransfer } from '../src/lib/comlink-errors';
import { holdLife } from '../src/lib/worker-life';
import { ReadLoop } from '../src/synthetic/read-loop';

installErrorTransfer();
expose(new ReadLoop());
holdLife(self);
