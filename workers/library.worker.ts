import { expose } from 'comlink';
import { Library } from '../src/import/library';
import { installErrorTransfer } from '../src/lib/comlink-errors';
import { holdLife } from '../src/lib/worker-life';
import type { LibraryApi } from '../src/protocol/library';

installErrorTransfer();
expose(new Library() satisfies LibraryApi);
holdLife(self);
