import type { Catalog, NodeInput } from './catalog';
import { isObject, type Json, type JsonObject } from './json';

/** Whether an input is a seed: the rule of the server, see `docs/api.md` on `options.seed`. */
export const isSeed = (input: NodeInput): boolean => input.type === 'Integer' && (input.has_control_after_generate === true || input.name === 'seed' || input.name === 'noise_seed');

/**
 * The document of a run with what its caller gave written into it: values of workflow inputs become their defaults and the constants of
 * their targets, and a seed for all goes into every seed that is a constant. Opened and run it asks for the same results.
 */
export function withValues(definition: Json, inputs: JsonObject, seed: Json | undefined, catalog: Catalog): Json {
  if (!isObject(definition)) return definition;
  const given = new Map<string, Json>();
  const list = Array.isArray(definition.inputs)
    ? (definition.inputs as readonly Json[]).map((one) => {
        if (!isObject(one) || typeof one.name !== 'string' || inputs[one.name] === undefined) return one;
        for (const target of (Array.isArray(one.targets) ? one.targets : []) as readonly Json[])
          if (isObject(target)) given.set(`${String(target.node)}\n${String(target.port)}`, inputs[one.name]!);
        return { ...one, default: inputs[one.name] };
      })
    : undefined;
  const linked = new Set(((Array.isArray(definition.edges) ? definition.edges : []) as readonly Json[]).flatMap((edge) => (isObject(edge) && isObject(edge.to) ? [`${String(edge.to.node)}\n${String(edge.to.port)}`] : [])));
  const nodes = Array.isArray(definition.nodes)
    ? (definition.nodes as readonly Json[]).map((node) => {
        if (!isObject(node)) return node;
        const values: Record<string, Json | undefined> = { ...(isObject(node.inputs) ? node.inputs : {}) };
        for (const [place, value] of given) {
          const [id, port] = place.split('\n') as [string, string];
          if (id === node.id) values[port] = value;
        }
        if (seed !== undefined && seed !== null)
          for (const input of catalog.get(String(node.type))?.inputs ?? [])
            if (isSeed(input) && !linked.has(`${String(node.id)}\n${input.name}`)) values[input.name] = within(input, BigInt(seed as number | bigint));
        return Object.keys(values).length > 0 ? { ...node, inputs: values } : node;
      })
    : definition.nodes;
  return { ...definition, nodes, ...(list ? { inputs: list } : {}) };
}

/** Brings a seed into an input's range, as the server does. */
function within(input: NodeInput, seed: bigint): Json {
  const least = BigInt(Math.trunc(input.min ?? 0));
  const greatest = input.max === undefined ? 0xffff_ffff_ffff_ffffn : typeof input.max === 'bigint' ? input.max : BigInt(Math.trunc(input.max));
  const fitting = seed >= least && seed <= greatest ? seed : least + (seed % (greatest - least + 1n));
  return fitting <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(fitting) : fitting;
}
