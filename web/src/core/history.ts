import { apply, supersedes, type Command } from './commands';
import type { WorkflowDocument } from './document';
import { isObject, writeJson, type Json } from './json';
import { pack, unpack } from './packed';

interface Step {
  readonly command: Command;
  readonly inverse: Command;
  /** Steps with the same text follow one another as one: typing a word is undone at once. */
  readonly merge: string | undefined;
  /** Where it was done, for whoever takes it back. */
  readonly place: unknown;
}

/** Steps as JSON: what was done, the last one last, and what was taken back, the next one to do again last. */
export interface KeptSteps {
  readonly done: readonly Json[];
  readonly undone: readonly Json[];
}

/** Steps are plain data and never change: each is written once. */
const written = new WeakMap<Step, { readonly json: Json; readonly length: number }>();

function write(step: Step): { readonly json: Json; readonly length: number } {
  let known = written.get(step);
  if (!known) {
    const { command, inverse, place } = step;
    const json = pack({ command, inverse, place });
    written.set(step, (known = { json, length: writeJson(json).length }));
  }
  return known;
}

/** @throws TypeError when it is no step */
function read(json: Json): Step {
  const { command, inverse, place } = unpack(json) as Step;
  if (!isObject(command) || !isObject(inverse)) throw new TypeError('Not a step.');
  return { command, inverse, merge: undefined, place };
}

/** The commands a command is made of: steps that grow stay flat, and are read and written without going deeper each time. */
const parts = (command: Command): readonly Command[] => (command.kind === 'batch' ? command.commands : [command]);

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

  /** The newest steps, as many as `room` characters hold. */
  keep(room: number): KeptSteps {
    const newest = (steps: readonly Step[]): Json[] => {
      const kept: Json[] = [];
      for (const step of steps.toReversed()) {
        const { json, length } = write(step);
        if ((room -= length) < 0) break;
        kept.unshift(json);
      }
      return kept;
    };
    return { done: newest(this.#done), undone: newest(this.#undone) };
  }

  /** Takes steps that {@link keep} gave of this very document. Steps of another version of the studio are dropped. */
  take({ done, undone }: KeptSteps): void {
    try {
      const [before, after] = [done.map(read), undone.map(read)];
      this.#done = before;
      this.#undone = after;
    } catch {
      // The document is there; what was done to it cannot be taken back.
    }
  }

  do(command: Command, merge?: string, place?: unknown): void {
    const { document, inverse } = apply(this.document, command);
    const last = this.#done.at(-1);
    if (merge !== undefined && last?.merge === merge && this.#undone.length === 0) {
      this.#done[this.#done.length - 1] = supersedes(command, last.command)
        ? { command, inverse: last.inverse, merge, place }
        : { command: { kind: 'batch', commands: [...parts(last.command), command] }, inverse: { kind: 'batch', commands: [inverse, ...parts(last.inverse)] }, merge, place };
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
