import { apply, type Command } from './commands';
import type { WorkflowDocument } from './document';

interface Step {
  readonly command: Command;
  readonly inverse: Command;
  /** Steps with the same text follow one another as one: typing a word is undone at once. */
  readonly merge: string | undefined;
  /** Where it was done, for whoever takes it back. */
  readonly place: unknown;
}

/** A document with what was done to it. */
export class History {
  #done: Step[] = [];
  #undone: Step[] = [];
  #saved: WorkflowDocument | undefined;

  /** @param saved whether the document as it is now is kept somewhere. */
  constructor(
    public document: WorkflowDocument,
    saved = true,
    private readonly limit = 500,
  ) {
    this.#saved = saved ? document : undefined;
  }

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  /** Whether the document differs from the one last saved. */
  get dirty(): boolean {
    return this.document !== this.#saved;
  }

  markSaved(): void {
    this.#saved = this.document;
  }

  do(command: Command, merge?: string, place?: unknown): void {
    const { document, inverse } = apply(this.document, command);
    const last = this.#done.at(-1);
    if (merge !== undefined && last?.merge === merge && this.#undone.length === 0) {
      this.#done[this.#done.length - 1] = { command: { kind: 'batch', commands: [last.command, command] }, inverse: { kind: 'batch', commands: [inverse, last.inverse] }, merge, place };
    } else {
      this.#done.push({ command, inverse, merge, place });
      if (this.#done.length > this.limit) this.#done.shift();
    }
    this.#undone = [];
    this.document = document;
  }

  /** @returns where the step was done, when there was one. */
  undo(): { readonly place: unknown } | undefined {
    const step = this.#done.pop();
    if (!step) return undefined;
    this.document = apply(this.document, step.inverse).document;
    this.#undone.push({ ...step, merge: undefined });
    return step;
  }

  /** @returns where the step was done, when there was one. */
  redo(): { readonly place: unknown } | undefined {
    const step = this.#undone.pop();
    if (!step) return undefined;
    this.document = apply(this.document, step.command).document;
    this.#done.push(step);
    return step;
  }
}
