import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { largest, smallest } from '../../lib/core/extremes';

describe('the extremes of numbers', () => {
  it('are found among more than a call has room for, and of none are infinite', () => {
    const many = Float64Array.from({ length: 1_000_000 }, (_, i) => (i * 7919) % 1_000_003);
    expect([smallest(many), largest(many)]).toEqual([
      0,
      Math.max(...[...many].sort((a, b) => b - a).slice(0, 1)),
    ]);
    expect([smallest([]), largest(new Set<number>())]).toEqual([Infinity, -Infinity]);
    expect([smallest([3, Number.NaN]), largest([3, Number.NaN])]).toEqual([Number.NaN, Number.NaN]);
  });
});

describe('arrays of any length', () => {
  /** Places where what is spread into a call has a bounded length: a batch, the layers of a block, the outputs of a graph, a few bytes. */
  const bounded =
    /faithfulness|occlusion|drawTogether|nativeGraph|graphDef|weighted|mobilenetV2|efficientnet|resnet50|invertedResidual|prices\/base|images\/jpeg.ts|ages\/01-faces/;

  it('are spread into no call', () => {
    const root = path.resolve(__dirname, '../..');
    const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'lib', 'notebooks'], {
      cwd: root,
      encoding: 'utf8',
    });
    const sources = files
      .split('\n')
      .filter((file) => /\.(ts|mjs|cjs|js|ipynb)$/.test(file) && !bounded.test(file));
    const spread =
      /Math\.(?:max|min)\(\.\.\.|\.(?:push|unshift)\(\.\.\.|fromCharCode\(\.\.\.|Math\.(?:max|min)\.apply/;
    const wrong = sources.filter((file) => spread.test(readFileSync(path.join(root, file), 'utf8')));
    expect(wrong).toEqual([]);
  });
});
