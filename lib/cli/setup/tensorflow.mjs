// Native TensorFlow for @tensorflow/tfjs-node-gpu. The package's own install script downloads TensorFlow 2.9.1 from a bucket that many
// networks refuse; the same library, newer, comes with the Python wheel, and the package's two C++ files compile against it.
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import {
  cache,
  fingerprint,
  installCommand,
  output,
  ownCache,
  pip,
  root,
  run,
  SetupError,
  textOf,
  toolEnvironment,
  venvPython,
  writeWhole,
} from './steps.mjs';

const VERSION = '2.15.1';
/** Node-API 8: one binding loads in Node 20, 22 and 24. */
const NAPI = 8;
/** Wheels by flavour: project, its hash, and what else a GPU needs (the CUDA 12.2 that TensorFlow 2.15 was built for). */
const FLAVOURS = {
  cpu: {
    project: 'tensorflow-cpu',
    sha256: 'tensorflow_cpu=54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
    also: /** @type {string[]} */ ([]),
    size: '207 MB to download, 590 MB on disk',
  },
  gpu: {
    project: 'tensorflow',
    sha256: 'tensorflow=bb0edd69103c154245c5f209f0507355cc68ba7e4de350084bc31edc562478e4',
    also: [
      'nvidia-cublas-cu12==12.2.5.6',
      'nvidia-cuda-cupti-cu12==12.2.142',
      'nvidia-cuda-nvcc-cu12==12.2.140',
      'nvidia-cuda-nvrtc-cu12==12.2.140',
      'nvidia-cuda-runtime-cu12==12.2.140',
      'nvidia-cudnn-cu12==8.9.4.25',
      'nvidia-cufft-cu12==11.0.8.103',
      'nvidia-curand-cu12==10.3.3.141',
      'nvidia-cusolver-cu12==11.5.2.141',
      'nvidia-cusparse-cu12==12.1.2.141',
      'nvidia-nccl-cu12==2.16.5',
      'nvidia-nvjitlink-cu12==12.2.140',
    ],
    size: 'about 2.2 GB to download, 4 GB on disk',
  },
};

const scope = path.join(root, 'node_modules', '@tensorflow');
const home = path.join(scope, 'tfjs-node-gpu');
const binding = path.join(home, 'lib', `napi-v${NAPI}`, 'tfjs_binding.node');
const state = path.join(root, 'node_modules', '.report-setup', 'tensorflow');

/** `gpu` when the machine has an NVIDIA GPU, else `cpu`; `REPORT_TENSORFLOW` decides otherwise. */
export function checkFlavour() {
  const wanted = process.env.REPORT_TENSORFLOW;
  if (wanted === 'cpu' || wanted === 'gpu' || wanted === 'wasm') return wanted;
  if (wanted)
    throw new SetupError(`REPORT_TENSORFLOW is "${wanted}", expected cpu, gpu or wasm: correct or unset it.`);
  return existsSync('/dev/nvidiactl') || output('nvidia-smi', ['-L'])?.includes('GPU') ? 'gpu' : 'cpu';
}

/**
 * Gets the native backend ready, or, where it cannot be had, leaves WebAssembly and says why.
 * @param {{ retry?: boolean }} options `retry`: try again although an earlier set-up had to fall back
 */
export async function installTensorFlow(options = {}) {
  const kind = checkFlavour();
  if (isSettled(kind, options)) return;
  const size = kind === 'wasm' ? 'as asked' : FLAVOURS[kind].size;
  console.log(`• TensorFlow ${VERSION} for ${kind.toUpperCase()} (${size}) …`);
  const start = performance.now();
  rmSync(state, { force: true });
  const reason = kind === 'wasm' ? 'it was asked for (REPORT_TENSORFLOW=wasm)' : await tryNative(kind);
  shareWithDanfo(reason === null ? 'tfjs-node-gpu' : 'tfjs');
  const found = JSON.stringify({ native: reason === null, reason });
  writeWhole(path.join(root, '.cache', 'tensorflow.json'), `${found}\n`);
  if (reason !== null && kind !== 'wasm') {
    console.warn(
      `  ! Native TensorFlow is not to be had here: ${reason}\n    The reports run on WebAssembly, several times slower, and say so.`,
    );
  }
  writeWhole(state, reason === null ? printOf(kind) : `${printOf(kind)} wasm`);
  console.log(`  TensorFlow: done in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

/**
 * Downloads the library while other steps run. Of an error nothing is said: `installTensorFlow` tries again, and says what is wrong.
 * @param {{ retry?: boolean }} options as of `installTensorFlow`
 */
export async function prefetchTensorFlow(options = {}) {
  const kind = checkFlavour();
  if (kind === 'wasm' || isSettled(kind, options) || !hasWheel()) return;
  await fetchLibrary(kind).catch((error) => {
    if (!(error instanceof SetupError)) throw error;
  });
}

/** @param {'cpu' | 'gpu' | 'wasm'} kind what a finished set-up of TensorFlow is marked with */
const printOf = (kind) =>
  fingerprint(VERSION, kind, String(NAPI), cache, textOf(path.join(home, 'package.json')));

/** Whether there is nothing to do. @param {'cpu' | 'gpu' | 'wasm'} kind @param {{ retry?: boolean }} options */
function isSettled(kind, { retry = false }) {
  const [record, print] = [textOf(state), printOf(kind)];
  const library = path.join(home, 'deps', 'lib', 'libtensorflow_cc.so.2');
  if (record === `${print} wasm`) return !retry || kind === 'wasm';
  return record === print && existsSync(binding) && existsSync(library);
}

const hasWheel = () => `${process.platform} ${process.arch}` === 'linux x64';

/** @param {'cpu' | 'gpu'} kind @returns {Promise<string | null>} why it failed, or null */
async function tryNative(kind) {
  try {
    if (!hasWheel()) {
      throw new SetupError(`no library for ${process.platform} ${process.arch} among the Python wheels`);
    }
    if (output('g++', ['--version']) === null) {
      throw new SetupError(
        `a C++ compiler is missing; "${installCommand({ apt: 'g++', dnf: 'gcc-c++', brew: 'gcc' })}" installs it, then "npm run setup"`,
      );
    }
    const library = await fetchLibrary(kind);
    await compile(library);
    await smokeTest(kind);
    return null;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.warn(`  ! ${error.message}\n  trying the package's own download instead …`);
    return (await tryOwnInstall()) ? null : error.message;
  }
}

/** The library and headers in the cache folder, downloaded once. @param {'cpu' | 'gpu'} kind */
async function fetchLibrary(kind) {
  const { project, sha256, also } = FLAVOURS[kind];
  const library = path.join(cache, 'tensorflow', `${project}-${VERSION}`);
  if (existsSync(path.join(library, '.complete'))) return library;
  if (ownCache() === null) {
    throw new SetupError(
      `the cache ${cache} has no TensorFlow and cannot be written to: set REPORT_CACHE to a folder of your own`,
    );
  }
  const wheels = path.join(cache, 'tmp', `wheels-${kind}`);
  mkdirSync(wheels, { recursive: true });
  const platforms = ['manylinux2014', 'manylinux_2_17', 'manylinux_2_27', 'manylinux1'];
  await pip(
    [
      ...['download', '--no-deps', '--only-binary=:all:', '--dest', wheels],
      ...['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311', '--abi', 'none'],
      ...platforms.flatMap((platform) => ['--platform', `${platform}_x86_64`]),
      ...[`${project}==${VERSION}`, ...also],
    ],
    'the TensorFlow wheel could not be downloaded',
  );
  const partial = `${library}.${process.pid}.partial`;
  rmSync(partial, { recursive: true, force: true });
  const unpack = [path.join(root, 'lib/cli/setup/unpack_wheel.py'), wheels, partial, sha256];
  await run(venvPython, unpack, 'the wheel could not be unpacked');
  writeWhole(path.join(partial, '.complete'), '');
  rmSync(library, { recursive: true, force: true });
  renameSync(partial, library);
  rmSync(wheels, { recursive: true, force: true });
  return library;
}

/** Compiles the package's own binding against the library. @param {string} library */
async function compile(library) {
  const link = path.join(home, 'deps', 'lib');
  rmSync(link, { recursive: true, force: true });
  mkdirSync(path.dirname(link), { recursive: true });
  symlinkSync(library, link);
  mkdirSync(path.dirname(binding), { recursive: true });
  const partial = `${binding}.partial`;
  await run(
    'g++',
    [
      ...['-std=c++17', '-O2', '-fPIC', '-shared', '-s'],
      ...[`-DNAPI_VERSION=${NAPI}`, '-DNODE_GYP_MODULE_NAME=tfjs_binding'],
      `-I${path.join(root, 'node_modules', 'node-api-headers', 'include')}`,
      `-I${path.join(library, 'include')}`,
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => path.join(home, 'binding', file)),
      ...['-o', partial, `-L${library}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
    ],
    'the binding could not be compiled',
  );
  renameSync(partial, binding);
}

/** Multiplies two matrices in a process of its own. @param {'cpu' | 'gpu'} kind */
async function smokeTest(kind) {
  const code = `
    const util = require('util');
    util.isNullOrUndefined ??= (value) => value == null;
    const tf = require('@tensorflow/tfjs-node-gpu');
    const sum = tf.matMul(tf.ones([8, 8]), tf.ones([8, 8])).sum().dataSync()[0];
    if (tf.getBackend() !== 'tensorflow' || sum !== 512) process.exit(1);
    const onGpu = tf.backend().binding.isUsingGpuDevice();
    console.log('  TensorFlow ' + tf.backend().binding.TF_Version + (onGpu ? ' on the GPU' : ' on the processor'));
    if (${kind === 'gpu'} && !onGpu) console.warn('  ! It finds no GPU that it can use: nvidia-smi says whether there is one, and CUDA 12 needs a driver from 525 on.');`;
  await run(process.execPath, ['--no-deprecation', '-e', code], 'the compiled binding does not run');
}

/** The install script of the package itself, for platforms without a wheel. @returns {Promise<boolean>} whether it worked */
async function tryOwnInstall() {
  try {
    const env = { ...toolEnvironment(), npm_config_ignore_scripts: 'false' };
    await run(process.execPath, ['scripts/install.js', 'gpu', 'download'], 'its own download failed', {
      cwd: home,
      env,
      timeoutSeconds: 300,
    });
    await smokeTest('gpu');
    return true;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.warn(`  ! ${error.message}`);
    return false;
  }
}

/** One TensorFlow in the process: what danfojs-node loads as tfjs-node is a link to ours. @param {'tfjs-node-gpu' | 'tfjs'} target */
function shareWithDanfo(target) {
  const link = path.join(scope, 'tfjs-node');
  rmSync(link, { recursive: true, force: true });
  symlinkSync(target, link);
}
