import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../files';
import { type DrawnPicture, drawPictures, type PictureJob } from './samplePictures';

/** Fewer pictures than this are drawn sooner here than a second process starts. */
const WORTH_A_PROCESS = 200;

/** What the second process is told on its standard input. */
interface Order {
  folder: string;
  jobs: readonly PictureJob[];
}

/** What it says, a line each: a picture is drawn, or it cannot go on. */
type Word = { drawn: DrawnPicture } | { failed: { message: string; code?: string } };

/**
 * `drawPictures` on two processor cores: half of many pictures is drawn by a second process. The bytes are the same either way.
 * Throws what drawing throws, in whichever process; the other one is ended.
 */
export async function drawInParallel(
  folder: string,
  jobs: readonly PictureJob[],
  onPicture: () => void,
): Promise<DrawnPicture[]> {
  if (jobs.length < WORTH_A_PROCESS || availableParallelism() < 2)
    return drawPictures(folder, jobs, onPicture);
  const half = jobs.length >> 1;
  const helper = startHelper({ folder, jobs: jobs.slice(half) }, onPicture);
  let first: { error: unknown } | undefined;
  const stop = (error: unknown): DrawnPicture[] => {
    first ??= { error };
    helper.process.kill();
    return [];
  };
  const here = drawPictures(folder, jobs.slice(0, half), () => {
    if (first) throw first.error;
    onPicture();
  });
  const halves = await Promise.all([here.catch(stop), helper.result.catch(stop)]);
  if (first) throw first.error;
  return halves.flat();
}

function startHelper(
  order: Order,
  onPicture: () => void,
): { process: ChildProcess; result: Promise<DrawnPicture[]> } {
  const root = projectRoot();
  const script = path.join(root, 'scripts', 'drawPictures.ts');
  const loader = path.join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs');
  const child = spawn(process.execPath, [loader, script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const drawn: DrawnPicture[] = [];
  const result = new Promise<DrawnPicture[]>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const word = JSON.parse(line) as Word; // written by answerOrder below
      if ('failed' in word) {
        reject(Object.assign(new Error(word.failed.message), { code: word.failed.code }));
        return;
      }
      drawn.push(word.drawn);
      try {
        onPicture();
      } catch (error) {
        reject(error);
        child.kill();
      }
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (drawn.length === order.jobs.length) resolve(inOrder(drawn, order.jobs));
      else reject(new Error(`the process that draws half of the sample ended early (${code})`));
    });
  });
  child.stdin.on('error', () => {}); // it has ended: 'close' says so
  child.stdin.end(JSON.stringify(order));
  return { process: child, result };
}

/** Pictures in the order of their jobs; they are told of as they are done. */
function inOrder(drawn: readonly DrawnPicture[], jobs: readonly PictureJob[]): DrawnPicture[] {
  const byFile = new Map(drawn.map((picture) => [picture.line.file, picture]));
  return jobs.map(({ name, picture }) => byFile.get(`screenshots/${name}/${picture}.jpg`)!); // all were told of
}

/** The second process's side: draws what `input` orders and says so, a line for each picture. */
export async function answerOrder(input: string, say: (line: string) => void): Promise<void> {
  const { folder, jobs } = JSON.parse(input) as Order; // written by startHelper above
  const tell = (word: Word): void => say(JSON.stringify(word));
  try {
    await drawPictures(folder, jobs, (drawn) => tell({ drawn }));
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException; // drawing throws errors only
    tell({ failed: { message, code } });
  }
}
