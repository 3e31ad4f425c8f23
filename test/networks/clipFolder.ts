import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { cacheFolder } from '../../lib/core/files';
import { oracleFolder } from '../oracle';

/** A network out of `oracles/onnx`, unpacked to `file`. */
export function unpackOnnx(name: 'clip' | 'digits', file: string): string {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, gunzipSync(readFileSync(path.join(oracleFolder, 'onnx', `${name}.onnx.gz`))));
  return file;
}

/** Fills a folder with a network of a few kB that stands for CLIP, under the names of the published one. */
export function fillClipFolder(folder: string): void {
  unpackOnnx('clip', path.join(folder, 'onnx', 'model_quantized.onnx'));
  for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) {
    copyFileSync(path.join(oracleFolder, 'onnx', name), path.join(folder, name));
  }
  writeFileSync(path.join(folder, 'preprocessor_config.json'), '{}');
}

/** Gives another cache the packages of npm that the project's own has. */
export function sharePackages(cache: string): void {
  for (const name of ['huggingface-transformers-4.3.2', 'onnxruntime-node-1.30.0']) {
    const own = path.join(cacheFolder(), name);
    if (existsSync(own)) symlinkSync(own, path.join(cache, name));
  }
}
