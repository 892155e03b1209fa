import { expose } from 'comlink';
import { ConvertLane, type LaneApi } from '../src/import/convert-lane';
import { installErrorTransfer } from '../src/lib/comlink-errors';
import { holdLife } from '../src/lib/worker-life';

installErrorTransfer();
expose(new ConvertLane() satisfies LaneApi);
holdLife(self);
