import { afterEach, describe, expect, it } from 'vitest';
import { ReportError } from '../../lib/core/errors';
import { hereOnly, openProcesses, openThreads, type Workers } from '../../lib/storage/workers';
import { fail, fill, square, vanish, wait, whereabouts } from './tasks';

let workers: Workers;
afterEach(() => workers.close());

describe.each([
  ['this thread', hereOnly],
  ['processes', () => openProcesses(2)],
  ['threads', () => openThreads(2)],
])('tasks run in %s', (_name, open) => {
  it('give their results, whichever is done first', async () => {
    workers = open();
    const numbers = Array.from({ length: 20 }, (_, i) => i);
    expect(await Promise.all(numbers.map((x) => workers.run(square, x)))).toEqual(numbers.map((x) => x * x));
  });

  it('throw what they throw, with its class, code and message, and go on', async () => {
    workers = open();
    const report = await workers.run(fail, 'report').catch((error: unknown) => error);
    expect(report).toBeInstanceOf(ReportError);
    expect(report).toMatchObject({ code: 'BAD_INPUT', message: 'This cannot be.' });
    await expect(workers.run(fail, 'system')).rejects.toMatchObject({ code: 'ENOSPC', message: 'disk' });
    await expect(workers.run(fail, 'other')).rejects.toThrow('oops');
    expect(await workers.run(square, 3)).toBe(9);
  });
});

describe('processes', () => {
  it('are as many as asked for, with a TensorFlow of one thread each', async () => {
    workers = openProcesses(2);
    const told = await Promise.all([1, 2].map(() => workers.run(whereabouts, null)));
    expect(new Set([process.pid, ...told.map(({ pid }) => pid)]).size).toBe(3);
    expect(told.map(({ threads }) => threads)).toEqual(['1', '1']);
  });

  it('that end before their task is done lose that task only, as long as one is left', async () => {
    workers = openProcesses(2);
    const lost = workers.run(vanish, null);
    await expect(lost).rejects.toMatchObject({ code: 'WORKER_LOST' });
    expect(await Promise.all([2, 3, 4].map((x) => workers.run(square, x)))).toEqual([4, 9, 16]);
    await expect(workers.run(vanish, null)).rejects.toMatchObject({ code: 'WORKER_LOST' });
    await expect(workers.run(square, 1)).rejects.toMatchObject({ code: 'WORKER_LOST' });
  });

  it('go on when a terminal or a service tells all its processes to end, which is for the one that started them', async () => {
    workers = openProcesses(1);
    const { pid } = await workers.run(whereabouts, null);
    const running = workers.run(wait, 300);
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.kill(pid, name);
    expect(await running).toBe(300);
  });

  it('once closed fail what they are at and take nothing more', async () => {
    workers = openProcesses(1);
    const [running, waiting] = [workers.run(wait, 60_000), workers.run(square, 2)];
    const ends = Promise.allSettled([running, waiting]);
    workers.close();
    workers.close();
    for (const end of await ends) expect(end).toMatchObject({ reason: { code: 'WORKER_LOST' } });
    await expect(workers.run(square, 2)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('threads', () => {
  it('write into memory that is shared with them', async () => {
    workers = openThreads(1);
    const memory = new SharedArrayBuffer(4);
    await workers.run(fill, { memory, value: 7 });
    expect([...new Uint8Array(memory)]).toEqual([7, 7, 7, 7]);
  });
});
