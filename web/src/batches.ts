import { app } from './app';
import { BatchesStore } from './stores/batches';
import { storage } from './stores/storage';

export const batches = new BatchesStore(app.api, storage());
