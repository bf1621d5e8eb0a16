import { app, randomPorts } from '../app';
import { shownInputs, typeOf, valueOf, type NodeInput } from '../core/catalog';
import type { Command } from '../core/commands';
import type { PortRef } from '../core/document';
import type { Json } from '../core/json';
import { freeInputName, INPUT_NAME, inputsCommand, inputsOf, type WorkflowInput } from '../core/workflow-inputs';

const all = (): readonly WorkflowInput[] => inputsOf(app.editor.value.root);
const put = (inputs: readonly WorkflowInput[], more: readonly Command[] = [], merge?: string): void => app.editor.doRoot({ kind: 'batch', commands: [inputsCommand(inputs), ...more] }, merge);

/** The workflow input that sets a value of a node of the workflow itself; callers of a workflow reach no further in. */
export function inputFor(node: string, port: string): WorkflowInput | undefined {
  return app.editor.value.path.length > 0 ? undefined : all().find((one) => one.targets.some((target) => target.node === node && target.port === port));
}

/** Whether a value may become a workflow input: it is a field of a node at the top. */
export const mayPromote = (input: NodeInput): boolean => app.editor.value.path.length === 0 && input.is_widget === true;

/** Makes a value of a node a workflow input, with what it is now as the default. */
export function promote(node: string, port: string): void {
  const { root, catalog } = app.editor.value;
  const owner = root.nodes.get(node);
  const input = owner && shownInputs(typeOf(catalog, root, owner), owner).find((one) => one.name === port);
  if (!owner || !input || inputFor(node, port)) return;
  const name = freeInputName(port, all().map((one) => one.name));
  // A seed that is new for each run stays the node's, until somebody sets the input.
  const value = randomPorts(owner.rest).includes(port) ? undefined : valueOf(owner, input);
  put([...all(), { name, type: input.type, ...(value === undefined || value === null ? {} : { default: value }), targets: [{ node, port }], rest: {} }]);
  app.say('inputs.promoted', { name });
}

/** Takes a workflow input's hand off a value; the value stays as the input has it. An input without any target goes. */
export function demote(node: string, port: string): void {
  const input = inputFor(node, port);
  if (!input) return;
  const targets = input.targets.filter((target) => target.node !== node || target.port !== port);
  const left = targets.length > 0 ? all().map((one) => (one === input ? { ...one, targets } : one)) : all().filter((one) => one !== input);
  put(left, keep(input, [{ node, port }]));
  app.say('inputs.demoted', { name: input.name });
}

export function removeInput(input: WorkflowInput): void {
  put(all().filter((one) => one !== input), keep(input, input.targets));
  app.say('inputs.demoted', { name: input.name });
}

/** What targets hold themselves is what the input holds: a card shows what will be used. */
const keep = (input: WorkflowInput, targets: readonly PortRef[]): Command[] =>
  input.default === undefined ? [] : targets.map((target): Command => ({ kind: 'input.set', id: target.node, port: target.port, value: input.default }));

/** Sets what an input is when callers say nothing. Without a value the nodes' own count again. */
export function setDefault(name: string, value: Json | undefined, merge = false): void {
  const changed = all().map((one): WorkflowInput => {
    if (one.name !== name) return one;
    const { default: _, ...others } = one;
    return value === undefined ? others : { ...others, default: value };
  });
  const input = changed.find((one) => one.name === name);
  if (input) put(changed, keep(input, input.targets), merge ? `input ${name}` : undefined);
}

/** @returns whether the input has the name now */
export function renameInput(name: string, next: string): boolean {
  if (next === name) return true;
  if (!INPUT_NAME.test(next) || all().some((one) => one.name === next)) return false;
  put(all().map((one) => (one.name === name ? { ...one, name: next } : one)));
  return true;
}

export function describeInput(name: string, text: string): void {
  put(all().map((one): WorkflowInput => {
    if (one.name !== name) return one;
    const { description: _, ...others } = one;
    return text === '' ? others : { ...others, description: text };
  }), [], `describe ${name}`);
}

export function moveInput(name: string, by: -1 | 1): void {
  const list = [...all()];
  const at = list.findIndex((one) => one.name === name);
  const [moved, other] = [list[at], list[at + by]];
  if (!moved || !other) return;
  list[at] = other;
  list[at + by] = moved;
  put(list);
}

/** Lets an input set one more value. */
export function addTarget(name: string, target: PortRef): void {
  const input = all().find((one) => one.name === name);
  if (!input || inputFor(target.node, target.port)) return;
  const changed = { ...input, targets: [...input.targets, target] };
  put(all().map((one) => (one === input ? changed : one)), keep(changed, [target]));
}

/** What an input's field looks like: as that of the first node it sets. */
export function fieldOf(input: WorkflowInput): NodeInput {
  const { root, catalog } = app.editor.value;
  for (const target of input.targets) {
    const node = root.nodes.get(target.node);
    const found = node && typeOf(catalog, root, node).inputs.find((one) => one.name === target.port);
    if (!found) continue;
    // A new seed for each run is the node's own affair: a value that callers set stays what they set.
    const { shown_when: _, has_control_after_generate: __, default: standard, ...facts } = found;
    const own = node.inputs[target.port] ?? standard;
    return { ...facts, name: input.name, ...(own === undefined ? {} : { default: own }) };
  }
  return { name: input.name, type: input.type, is_widget: true };
}
