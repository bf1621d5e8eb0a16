import type { Model } from '../api/operate';
import { shownInputs, typeOf, valueOf, type Catalog } from './catalog';
import { inputKey, type WorkflowDocument } from './document';

/** A model that a workflow names. */
export interface NamedModel {
  readonly node: string;
  readonly input: string;
  readonly folder: string;
  readonly name: string;
}

/** The models that the nodes of a document name, in its order; names among an input's own choices are no files. */
export function namedModels(catalog: Catalog, document: WorkflowDocument): NamedModel[] {
  return [...document.nodes.values()].flatMap((node) =>
    shownInputs(typeOf(catalog, document, node), node).flatMap((input) => {
      const value = input.model_folder && !document.edges.has(inputKey(node.id, input.name)) ? valueOf(node, input) : undefined;
      return typeof value === 'string' && value !== '' ? [{ node: node.id, input: input.name, folder: input.model_folder!, name: value }] : [];
    }),
  );
}

/** Those of them that the server does not have. Slashes go either way. */
export function missingModels(named: readonly NamedModel[], there: readonly Model[]): NamedModel[] {
  const known = new Set(there.map((model) => `${model.folder}/${model.name}`));
  return named.filter((model) => !known.has(`${model.folder}/${model.name.replaceAll('\\', '/')}`));
}
