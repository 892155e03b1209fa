import { expose } from 'comlink';
import { ConvertLane, type LaneApi } from '../../src/import/convert-lane';
import { installErrorTransfer } from '../../src/lib/comlink-errors';
import { holdLife } from '../../src/lib/worker-life';
import { openBucket } from '../support/bucket';
import type { Steering, SteeringOrder } from '../support/steered-lanes';

/** The real convert worker, but that it asks before each record, and keeps its records in a storage bucket. Its name says which. */
const { bucket, channel }: Steering = JSON.parse(self.name);
const steering = new BroadcastChannel(channel);

/** Resolves when the test lets the record be made; or ends this worker. */
function leave(record: string): Promise<void> {
  return new Promise((resolve) => {
    steering.addEventListener('message', function hear({ data }: MessageEvent<SteeringOrder>) {
      if (data.record !== record) return;
      steering.removeEventListener('message', hear);
      if (data.order === 'die') self.close();
      else resolve();
    });
    steering.postMessage({ asks: record });
  });
}

const lane: Promise<ConvertLane> = bucket
  ? openBucket(bucket).then(({ indexedDB }) => new ConvertLane(indexedDB))
  : Promise.resolve(new ConvertLane());

installErrorTransfer();
expose({
  open: async (job, onBytes) => (await lane).open(job, onBytes),
  make: async (record) => {
    await leave(record);
    return (await lane).make(record);
  },
} satisfies LaneApi);
holdLife(self);
