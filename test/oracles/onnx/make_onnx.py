"""A CLIP that transformers.js loads, in a few kB, for `test/networks/clip.test.ts`, and a classifier of pictures of 14 x 14: make_onnx.py TOKENIZER_JSON CLIP_JSON (needs onnx 1.x, numpy).
TOKENIZER_JSON: the tokenizer of CLIP ViT-B/32 (MIT); of its vocabulary only what the sentences of CLIP_JSON need is kept, under the same numbers.
The network: a sentence is the sum of rows of a table, by token number modulo 64; a picture the mean of a 32 x 32 convolution; both scaled to length 1.
The classifier adds up the pixels k of which k modulo 10 is the class."""
import gzip, json, os, sys
import numpy as np, onnx
from onnx import helper as H, TensorProto as T, numpy_helper as N

here = os.path.dirname(os.path.abspath(__file__))
whole, oracle = json.load(open(sys.argv[1])), json.load(open(sys.argv[2]))
vocabulary, merges = whole['model']['vocab'], [tuple(m.split()) if isinstance(m, str) else tuple(m) for m in whole['model']['merges']]
rank, names = {m: i for i, m in enumerate(merges)}, {i: t for t, i in vocabulary.items()}
used, kept = set(), set(list(names)[:512])
for token in {t for s in oracle['sentences'] for t in s['tokens']}:
    name = names[token]
    parts = [*name[:-5 if name.endswith('</w>') else -1], name[-5:] if name.endswith('</w>') else name[-1:]]
    while len(parts) > 1:
        i = min(range(len(parts) - 1), key=lambda i: rank.get((parts[i], parts[i + 1]), 1e9))
        used.add(rank[parts[i], parts[i + 1]])
        parts[i:i + 2] = [parts[i] + parts[i + 1]]
        kept.add(vocabulary[parts[i]])
    assert parts == [name]
special = {t['id'] for t in whole['added_tokens']}
whole['model']['vocab'] = {t: i for t, i in vocabulary.items() if i < 512 or i in kept or i in special}
whole['model']['merges'] = [' '.join(merges[i]) for i in sorted(used)]
write = lambda name, record: json.dump(record, open(os.path.join(here, name), 'w'), ensure_ascii=False, separators=(',', ':'))
write('tokenizer.json', whole)
write('tokenizer_config.json', dict(tokenizer_class='CLIPTokenizer', model_max_length=77, pad_token='<|endoftext|>', bos_token='<|startoftext|>', eos_token='<|endoftext|>', unk_token='<|endoftext|>', do_lower_case=True))
part = dict(hidden_size=8, num_attention_heads=1, num_hidden_layers=1)
write('config.json', dict(model_type='clip', architectures=['CLIPModel'], logit_scale_init_value=2.6592, projection_dim=8,
      text_config=dict(model_type='clip_text_model', vocab_size=49408, max_position_embeddings=77, **part),
      vision_config=dict(model_type='clip_vision_model', image_size=224, patch_size=32, **part)))

table = np.cos(np.arange(64)[:, None] * (np.arange(8) + 1)).astype('f4')
d, c, y, x = np.indices((8, 3, 32, 32))
kernel = (((7 * d + 5 * c + 3 * y + x) % 5 - 2 + d * (c - 1)) / 1000).astype('f4')
constants = dict(table=table, kernel=kernel, modulus=np.array(64), scale=np.array(100, 'f4'), last=np.array([-1]), first=np.array([1]))
nodes = [H.make_node(*n[:3], **(n[3] if len(n) > 3 else {})) for n in [
    ('Mod', ['input_ids', 'modulus'], ['row']), ('Gather', ['table', 'row'], ['rows']),
    ('Cast', ['attention_mask'], ['mask'], dict(to=T.FLOAT)), ('Unsqueeze', ['mask', 'last'], ['masks']),
    ('Mul', ['rows', 'masks'], ['there']), ('ReduceSum', ['there', 'first'], ['sum'], dict(keepdims=0)),
    ('LpNormalization', ['sum'], ['text_embeds'], dict(axis=-1, p=2)),
    ('Conv', ['pixel_values', 'kernel'], ['map'], dict(strides=[32, 32])), ('GlobalAveragePool', ['map'], ['mean']),
    ('Flatten', ['mean'], ['flat'], dict(axis=1)), ('LpNormalization', ['flat'], ['image_embeds'], dict(axis=-1, p=2)),
    ('Transpose', ['text_embeds'], ['across'], dict(perm=[1, 0])), ('MatMul', ['image_embeds', 'across'], ['cosines']),
    ('Mul', ['cosines', 'scale'], ['logits_per_image']), ('Transpose', ['logits_per_image'], ['logits_per_text'], dict(perm=[1, 0]))]]
io = lambda *of: [H.make_tensor_value_info(*one) for one in of]


def keep(name, nodes, inputs, outputs, constants):
    graph = H.make_graph(nodes, name, inputs, outputs, [N.from_array(a, n) for n, a in constants.items()])
    model = H.make_model(graph, opset_imports=[H.make_opsetid('', 14)], ir_version=8)
    onnx.checker.check_model(model)
    open(os.path.join(here, f'{name}.onnx.gz'), 'wb').write(gzip.compress(model.SerializeToString(), mtime=0))


keep('clip', nodes,
     io(('input_ids', T.INT64, ['t', 'l']), ('pixel_values', T.FLOAT, ['i', 3, 224, 224]), ('attention_mask', T.INT64, ['t', 'l'])),
     io(('logits_per_image', T.FLOAT, ['i', 't']), ('logits_per_text', T.FLOAT, ['t', 'i']), ('text_embeds', T.FLOAT, ['t', 8]), ('image_embeds', T.FLOAT, ['i', 8])),
     constants)
keep('digits', [H.make_node('Flatten', ['picture'], ['flat'], axis=1), H.make_node('MatMul', ['flat', 'classes'], ['logits'])],
     io(('picture', T.FLOAT, ['n', 1, 14, 14])), io(('logits', T.FLOAT, ['n', 10])),
     dict(classes=(np.arange(196)[:, None] % 10 == np.arange(10)).astype('f4')))
