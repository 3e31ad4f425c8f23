import { describe, expect, it } from 'vitest';
import { attribute, buildGraph } from '../../lib/tensorflow/graphDef';

const hex = (message: Buffer): string => message.toString('hex');
const text = (value: string): string => Buffer.from(value).toString('hex');

// Written out by hand from the wire format (protobuf.dev/programming-guides/encoding) and TensorFlow's .proto files.
describe('the protocol buffers of a SavedModel', () => {
  it('encode a node with its inputs and attributes', () => {
    const attributes = `2a070a01${text('T')}12023001`;
    const content = `0a01${text('a')}1208${text('Identity')}1a01${text('b')}${attributes}`;
    const graph = buildGraph();
    graph.node('Identity', 'a', ['b'], { T: attribute.type('float') });
    expect(hex(graph.savedModel())).toContain(`0a19${content}`);
  });

  it('encode attributes of every kind used', () => {
    expect(hex(attribute.type('uint8'))).toBe('3004');
    expect(hex(attribute.text('SAME'))).toBe(`1204${text('SAME')}`);
    expect(hex(attribute.wholes([1, 2, 300]))).toBe('0a061a040102ac02');
    expect(hex(attribute.wholes([]))).toBe('0a00');
    // A size known only at run time is −1: ten bytes.
    expect(hex(attribute.shape([-1, 3]))).toBe(`3a11120b08${'ff'.repeat(9)}0112020803`);
    expect(hex(attribute.tensor([2], Float32Array.of(1, -2)))).toBe(
      '421208011204120208022208' + '0000803f000000c0',
    );
  });

  it('encode numbers, flags, constants of every type, and the device of a node', () => {
    expect(hex(attribute.whole(300))).toBe('18ac02');
    expect(hex(attribute.real(1))).toBe('250000803f');
    expect(hex(attribute.flag(true))).toBe('2801');
    expect(hex(attribute.tensor([1], Int32Array.of(7)))).toBe('420e080312041202080122040700000' + '0');
    expect(hex(attribute.tensor([1], Uint8Array.of(7)))).toBe('420b08041204120208012201' + '07');
    const graph = buildGraph('/device:CPU:0');
    graph.node('NoOp', 'a', []);
    expect(hex(graph.savedModel())).toContain(
      `0a18${`0a01${text('a')}1204${text('NoOp')}220d${text('/device:CPU:0')}`}`,
    );
  });

  it('encode a model with one graph', () => {
    const graph = buildGraph();
    expect(graph.input('x', 'float', [2])).toBe('x');
    expect(graph.constant('c', [], Float32Array.of(2))).toBe('c');
    const model = hex(graph.savedModel());
    expect(model.startsWith('0801')).toBe(true); // schema version 1
    expect(model).toContain(`2205${text('serve')}`);
    expect(model).toContain(text('Placeholder'));
    expect(model).toContain(`0a01${text('c')}1205${text('Const')}`);
  });
});
