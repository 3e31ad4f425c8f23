import { describe, expect, it } from 'vitest';
import { type Entrant, takeTurns } from './contest';

/** A side that does so many images a second, in one line of JavaScript; `end` is what it does when asked for its third round. */
const entrant = (side: string, rate: number, end = ''): Entrant => ({
  side,
  style: 'strong',
  doc: `does ${side}`,
  command: process.execPath,
  args: [
    '-e',
    `let round = 0; const say = (answer) => console.log(JSON.stringify(answer));
     say({ ready: true, stage: '${side}', versions: { [process.env.SIDE ?? '${side}']: '1' } });
     process.stdin.on('data', () => { round++; if (round === 3) { ${end} } say({ n: ${rate}, unit: 'images', seconds: 1, cpu_seconds: 1 }); });`,
    '--',
  ],
});

const options = { data: '/tmp', rounds: 3 };

describe('takeTurns', () => {
  it('begins each round with another side, and keeps what each measured', async () => {
    const turns: string[] = [];
    const onRound = (side: string, round: number): void => void turns.push(`${round} ${side}`);
    const { sides } = await takeTurns([entrant('a', 10), entrant('b', 20)], { ...options, onRound });
    expect(turns).toEqual(['0 a', '0 b', '1 b', '1 a', '2 a', '2 b']);
    expect(sides.map(({ side, unit, rates }) => [side, unit, rates])).toEqual([
      ['a', 'images', [10, 10, 10]],
      ['b', 'images', [20, 20, 20]],
    ]);
  });

  it('gives a side an environment of its own', async () => {
    const own = { ...entrant('b', 20), env: { ...process.env, SIDE: 'mine' } };
    const { versions } = await takeTurns([entrant('a', 10), own], { ...options, rounds: 1 });
    expect(versions).toEqual({ a: '1', mine: '1' });
  });

  it('ends with the fault of a side', async () => {
    const broken = takeTurns([entrant('a', 10), entrant('b', 20, 'process.exit(3)')], options);
    await expect(broken).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});
