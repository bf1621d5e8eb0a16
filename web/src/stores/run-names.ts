import type { ApiClient } from '../api/client';
import { readDocument, type WorkflowDocument } from '../core/document';
import { Store } from './store';

/** What runs ran, read when somebody looks at one: its nodes have names there. A run whose definition cannot be had keeps its ids. */
export class RunNames extends Store<ReadonlyMap<string, WorkflowDocument>> {
  readonly #asked = new Set<string>();

  constructor(private readonly api: Pick<ApiClient, 'runDefinition'>) {
    super(new Map());
  }

  document(run: string): WorkflowDocument | undefined {
    if (!this.#asked.has(run)) {
      this.#asked.add(run);
      void this.#read(run);
    }
    return this.value.get(run);
  }

  async #read(run: string): Promise<void> {
    try {
      const document = readDocument((await this.api.runDefinition(run)).definition);
      this.value = new Map(this.value).set(run, document);
    } catch {
      // Gone, or of a server that does not tell: ids are names too.
    }
  }
}
