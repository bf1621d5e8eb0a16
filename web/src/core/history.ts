import { apply, supersedes, type Command } from './commands';
import type { WorkflowDocument } from './document';
import { isObject, writeJson, type Json } from './json';
import { pack, unpack } from './packed';

interface Step {
  /** Names the document as it is after the step. A step that grows gets another one. */
  readonly id: number;
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
  /** How many steps forward, or back where it is below zero, the document is as it was saved; missing where it is nowhere among them. */
  readonly saved?: number;
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
function read(json: Json): Omit<Step, 'id'> {
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
  #newest = 0;
  /** The document as it was before the first step that is kept. */
  #first = 0;
  #saved: number | undefined;

  /** @param saved whether the document as it is now is kept somewhere. */
  constructor(
    public document: WorkflowDocument,
    saved = true,
    private readonly limit = 500,
  ) {
    this.#saved = saved ? this.#now : undefined;
  }

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  /** Whether the document differs from the one last saved. */
  get dirty(): boolean {
    return this.#now !== this.#saved;
  }

  markSaved(): void {
    this.#saved = this.#now;
  }

  get #now(): number {
    return this.#done.at(-1)?.id ?? this.#first;
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
    const [done, undone] = [newest(this.#done), newest(this.#undone)];
    const ways = [...done.map((_, back) => -back), -done.length, ...undone.map((_, forward) => forward + 1)];
    const saved = ways.find((way) => this.#idAt(way) === this.#saved);
    return { done, undone, ...(saved === undefined ? {} : { saved }) };
  }

  /** Takes steps that {@link keep} gave of this very document. Steps of another version of the studio are dropped. */
  take({ done, undone, saved }: KeptSteps): void {
    const clean = !this.dirty;
    try {
      const numbered = (steps: readonly Json[]): Step[] => steps.map((json) => ({ ...read(json), id: ++this.#newest }));
      const [before, after] = [numbered(done), numbered(undone)];
      this.#done = before;
      this.#undone = after;
      this.#saved = clean ? this.#now : saved === undefined ? undefined : this.#idAt(saved);
    } catch {
      // The document is there; what was done to it cannot be taken back.
    }
  }

  /** What the document is called so many steps forward, or back; undefined where there are not so many. */
  #idAt(way: number): number | undefined {
    if (way > 0) return this.#undone.at(-way)?.id;
    return -way === this.#done.length ? this.#first : this.#done.at(way - 1)?.id;
  }

  do(command: Command, merge?: string, place?: unknown): void {
    const { document, inverse } = apply(this.document, command);
    const last = this.#done.at(-1);
    const id = ++this.#newest;
    if (merge !== undefined && last?.merge === merge && this.#undone.length === 0) {
      this.#done[this.#done.length - 1] = supersedes(command, last.command)
        ? { id, command, inverse: last.inverse, merge, place }
        : { id, command: { kind: 'batch', commands: [...parts(last.command), command] }, inverse: { kind: 'batch', commands: [inverse, ...parts(last.inverse)] }, merge, place };
    } else {
      this.#done.push({ id, command, inverse, merge, place });
      if (this.#done.length > this.limit) this.#first = this.#done.shift()!.id;
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
