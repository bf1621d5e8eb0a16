import { describe, expect, it } from 'vitest';
import { DocumentError, readDocument, writeDocument } from '../src/core/document';
import { parseJson, writeJson } from '../src/core/json';
import { chain } from './some';

describe('A document', () => {
  it('keeps what the studio does not know when it is read and written', () => {
    const written = writeDocument(chain()) as Record<string, any>;
    expect(written.compatibility).toEqual({ imported_from: 'elsewhere' });
    expect(written.meta).toEqual({ name: 'Chain', tags: ['kept'] });
    expect(written.nodes.find((node: any) => node.id === 'sharpen')).toEqual({ id: 'sharpen', type: 'ImageSharpen', inputs: { sigma: 2 }, ui: { x: 300, y: 0, title: 'Crisp' }, meta: { tool: 1 } });
    expect(written.nodes.find((node: any) => node.id === 'load').ui.color).toBe('#335577');
    expect(writeDocument(readDocument(written))).toEqual(written);
  });

  it.each([
    ['a list', [], 'document.not_object'],
    ['nodes that are no list', { nodes: {} }, 'document.nodes'],
    ['a node without an id', { nodes: [{ type: 'A' }] }, 'document.node'],
    ['an id twice', { nodes: [{ id: '1', type: 'A' }, { id: '1', type: 'B' }] }, 'document.duplicate'],
    ['an edge without an end', { edges: [{ from: { node: '1', port: 'a' } }] }, 'document.edge'],
  ])('refuses %s and says why', (_, value, code) => {
    expect(() => readDocument(value as any)).toThrow(expect.objectContaining({ code }) as DocumentError);
  });

  it('opens nodes without places beside each other', () => {
    const read = readDocument({ nodes: [{ id: '1', type: 'A' }, { id: '2', type: 'A' }] });
    expect(read.nodes.get('1')!.y).not.toBe(read.nodes.get('2')!.y);
  });
});

describe('JSON', () => {
  it('keeps whole numbers of 64 bits exactly', () => {
    const text = '{"seed":18446744073709551615,"negative":-9223372036854775808,"small":12,"text":"18446744073709551615","real":1234567890123456789.5}';
    const read = parseJson(text) as Record<string, unknown>;
    expect(read.seed).toBe(18446744073709551615n);
    expect(read.text).toBe('18446744073709551615');
    expect(writeJson({ seed: read.seed, negative: read.negative, text: read.text })).toBe('{"seed":18446744073709551615,"negative":-9223372036854775808,"text":"18446744073709551615"}');
  });
});
