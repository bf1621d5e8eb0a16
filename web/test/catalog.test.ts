import { describe, expect, it } from 'vitest';
import { fits, outputIndex, searchTypes, shownInputs, typeOf } from '../src/core/catalog';
import { readDocument } from '../src/core/document';
import { catalog, chain } from './some';

describe('Ports', () => {
  it.each([
    ['Image', 'Image', true],
    ['Image', 'Mask', false],
    ['*', 'MODEL', true],
    ['MODEL', '*', true],
    ['Image', 'Text,Image', true],
    ['Integer', 'Number', true],
    ['Number', 'Integer', false],
    ['Choice', 'Text', true],
    ['Text', 'Choice', true],
    ['Mask', 'Tensor', true],
    ['Tensor', 'Mask', false],
    ['Bool', 'Json', true],
    ['Image', 'Json', false],
  ])('%s into %s: %s', (from, to, expected) => expect(fits(from, to)).toBe(expected));

  it('are found by name and by position', () => {
    const load = catalog.get('LoadImage')!;
    expect([outputIndex(load, 'MASK'), outputIndex(load, '#1'), outputIndex(load, 'none')]).toEqual([1, 1, -1]);
  });
});

describe('The palette', () => {
  it('finds by name first, then by type of a port', () => {
    expect(searchTypes(catalog, 'sharpen').map((type) => type.name)).toEqual(['ImageSharpen']);
    expect(searchTypes(catalog, 'mask').map((type) => type.name)).toEqual(['LoadImage']);
    expect(searchTypes(catalog, 'load image')[0]!.name).toBe('LoadImage');
    expect(searchTypes(catalog, 'image zebra')).toEqual([]);
  });

  it('offers only what fits a wire', () => {
    expect(searchTypes(catalog, '', { type: 'Image', side: 'output' }).map((type) => type.name).sort()).toEqual(['ImageSharpen', 'SaveImage']);
    expect(searchTypes(catalog, '', { type: 'Mask', side: 'input' }).map((type) => type.name)).toEqual(['LoadImage']);
  });
});

describe('A node', () => {
  it('of an unknown type gets the ports that are used', () => {
    const document = chain();
    const type = typeOf(new Map(), document, document.nodes.get('sharpen')!);
    expect(type.inputs.map((input) => input.name)).toEqual(['sigma', 'image']);
    expect(type.outputs.map((output) => output.name)).toEqual(['IMAGE']);
    expect(type.is_executable).toBe(false);
  });

  it('of a subgraph gets the subgraph’s ports', () => {
    const document = readDocument({ nodes: [{ id: '1', type: 'subgraph:s' }], subgraphs: { s: { name: 'Sub', inputs: [{ name: 'a', type: 'Image' }], outputs: [{ name: 'b', type: 'Mask' }] } } });
    const type = typeOf(catalog, document, document.nodes.get('1')!);
    expect([type.display_name, type.inputs[0]!.type, type.outputs[0]!.name]).toEqual(['Sub', 'Image', 'b']);
  });

  it('shows an input only while what decides about it says so', () => {
    const type = { name: 'T', display_name: 'T', outputs: [], inputs: [{ name: 'kind', type: 'Choice', choices: ['a', 'b'] }, { name: 'extra', type: 'Number', shown_when: { input: 'kind', values: ['b'] } }] };
    const node = chain().nodes.get('load')!;
    expect(shownInputs(type, node).length).toBe(1);
    expect(shownInputs(type, { ...node, inputs: { kind: 'b' } }).length).toBe(2);
  });
});
