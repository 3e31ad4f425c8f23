import { readdirSync, readFileSync } from 'node:fs';

/**
 * Memory of a process and all below it in MiB, as Linux accounts it: pages that several processes share count in equal parts (PSS). 0 where
 * that cannot be known.
 */
export function treeMemory(root: number): number {
  const children = childrenOf();
  let kib = 0;
  const visit = (pid: number): void => {
    kib += proportionalKib(pid);
    for (const child of children.get(pid) ?? []) visit(child);
  };
  visit(root);
  return kib / 1024;
}

function childrenOf(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const name of readProcess(() => readdirSync('/proc'), [])) {
    const stat = /^\d+$/.test(name) ? readProcess(() => readFileSync(`/proc/${name}/stat`, 'utf8'), '') : '';
    const parent = Number(/\) \S (\d+)/.exec(stat)?.[1]); // the name in brackets may hold anything
    if (parent > 0) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  return children;
}

function proportionalKib(pid: number): number {
  const rollup = readProcess(() => readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'), '');
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0);
}

/** Processes end while they are looked at; elsewhere than on Linux there is nothing to look at. */
function readProcess<T>(read: () => T, none: T): T {
  try {
    return read();
  } catch {
    return none;
  }
}
