import type { Command } from './commands';
import type { PortRef, WorkflowDocument } from './document';
import { isObject, type Json, type JsonObject } from './json';

/** A value that callers of a workflow may set by name. `rest` keeps what the studio does not know. */
export interface WorkflowInput {
  readonly name: string;
  readonly type: string;
  readonly description?: string;
  readonly default?: Json;
  readonly targets: readonly PortRef[];
  readonly rest: JsonObject;
}

function read(value: Json): WorkflowInput[] {
  if (!isObject(value) || typeof value.name !== 'string') return [];
  const { name, type, description, default: standard, targets, ...rest } = value;
  const ends = Array.isArray(targets) ? targets.filter(isObject).flatMap((one) => (typeof one.node === 'string' && typeof one.port === 'string' ? [{ node: one.node, port: one.port }] : [])) : [];
  return [{
    name,
    type: typeof type === 'string' ? type : '*',
    ...(typeof description === 'string' ? { description } : {}),
    ...(standard === undefined || standard === null ? {} : { default: standard }),
    targets: ends,
    rest,
  }];
}

const known = new WeakMap<object, readonly WorkflowInput[]>();

/** The inputs of a workflow, in its order. */
export function inputsOf(root: WorkflowDocument): readonly WorkflowInput[] {
  const list = root.rest.inputs;
  if (!Array.isArray(list)) return [];
  let found = known.get(list);
  if (!found) known.set(list, (found = list.flatMap(read)));
  return found;
}

/** The command that gives a workflow other inputs. */
export function inputsCommand(inputs: readonly WorkflowInput[]): Command {
  return { kind: 'rest.set', name: 'inputs', value: inputs.length === 0 ? undefined : inputs.map(({ rest, targets, ...one }) => ({ ...rest, ...one, targets: targets.map((target) => ({ ...target })) })) };
}

/** What a workflow input may be called. */
export const INPUT_NAME = /^[A-Za-z0-9_.-]{1,128}$/;

/** A name for a workflow input that is like the wanted one, and free. */
export function freeInputName(wanted: string, taken: readonly string[]): string {
  const base = wanted.replaceAll(/[^A-Za-z0-9_.-]+/g, '_').slice(0, 120) || 'input';
  let name = base;
  for (let at = 2; taken.includes(name); at++) name = `${base}_${at}`;
  return name;
}
