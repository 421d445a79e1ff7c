// The script of every worker: a bundle of its own, which the pool of the library starts. Checkpoints, the largest of what a worker
// writes and written all at once when training stops, do not pass through the page, where the browser lets workers keep them.
import { runWorker } from 'lottery-lab/web';
import { BrowserCheckpoints } from './keep/browser-checkpoints.js';

runWorker({
  async storeOver(ofPage) {
    const checkpoints = await BrowserCheckpoints.open().catch(() => ofPage);
    return {
      ...ofPage,
      readCheckpoint: (id) => checkpoints.readCheckpoint(id),
      writeCheckpoint: (id, kept) => checkpoints.writeCheckpoint(id, kept),
      dropCheckpoint: (id) => checkpoints.dropCheckpoint(id),
    };
  },
});
