import { app } from './app';
import { BatchesStore } from './stores/batches';

const storage = (): Storage | undefined => {
  try {
    return window.localStorage;
  } catch {
    return undefined; // forbidden by the browser
  }
};

export const batches = new BatchesStore(app.api, storage());
