import { expose } from 'comlink';
import { installErrorTransfer } from '../src/lib/comlink-errors';
import { holdLife } from '../src/lib/worker-life';
import { SyntheticLane } from '../src/synthetic/lane';

installErrorTransfer();
expose(new SyntheticLane());
holdLife(self);
