import { describe, expect, it } from 'vitest';
import { type Contestant, startContestant } from './contestant';
import { treeMemory } from './memory';

/** A side written in one line of JavaScript. */
const start = (code: string) => startContestant('side', process.execPath, ['-e', code], process.cwd());
const say = (answer: object): string => `console.log(${JSON.stringify(JSON.stringify(answer))});`;
const ready = say({ ready: true, stage: 'side', versions: { x: '1' } });

describe('a side of the benchmark', () => {
  it('does a round for each line that it is sent, and its memory is seen', async () => {
    const answer = say({ n: 3, unit: 'images', seconds: 0.5, cpu_seconds: 0.4 });
    const contestant = (await start(`${ready} process.stdin.on('data', () => { ${answer} });`)) as Contestant; // it is ready
    expect(contestant.versions).toEqual({ x: '1' });
    for (let i = 0; i < 2; i++) {
      const round = await contestant.round();
      expect(round).toMatchObject({ n: 3, unit: 'images', seconds: 0.5 });
      expect(round.peakMib).toBeGreaterThan(5); // no Node.js is smaller
    }
    contestant.close();
  });

  it('may have a reason for not taking part', async () => {
    expect(await start(say({ skipped: 'no houses' }))).toEqual({ skipped: 'no houses' });
  });

  it('ends the benchmark with what it says of its error, or with its last words', async () => {
    await expect(start(say({ error: 'no data' }))).rejects.toThrow('The stage side failed: no data');
    await expect(start('console.error("oops"); process.exit(1)')).rejects.toThrow('oops');
    const dying = (await start(`${ready} process.stdin.on('data', () => process.exit(3));`)) as Contestant; // it is ready
    await expect(dying.round()).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('the memory of a process', () => {
  it('counts the processes below it', async () => {
    const before = treeMemory(process.pid);
    const filling =
      'const held = Buffer.alloc(3e8, 1); process.stdin.on("data", () => console.log(held.length));';
    const contestant = (await start(`${filling} ${ready}`)) as Contestant; // it is ready
    expect(treeMemory(process.pid) - before).toBeGreaterThan(2e8 / 2 ** 20);
    contestant.close();
    expect(treeMemory(2 ** 30)).toBe(0); // no such process
  });
});
