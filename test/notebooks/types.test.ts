import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, it } from 'vitest';
import { codeOf, notebookNames, readNotebook } from '../../lib/cli/cells';

const root = path.resolve(__dirname, '..', '..');
// The kernel's own compiler, which writes a declaration of every variable of a cell, so that the next cell knows its type.
const ts = createRequire(__filename)('@tslab/typescript-for-tslab') as {
  version: string;
  createCompilerHost(options: object): Host;
  createProgram(files: readonly string[], options: object, host: Host): Program;
  createSourceFile(file: string, text: string, target: unknown): object;
  flattenDiagnosticMessageText(text: unknown, newLine: string): string;
};
interface Host {
  getSourceFile(file: string, target: unknown): object | undefined;
  fileExists(file: string): boolean;
}
interface Program {
  getSourceFile(file: string): object;
  getDeclarationDiagnostics(file: object): readonly { messageText: unknown }[];
}

it('every variable of a cell has a type that the kernel can write down', () => {
  const exported = (name: string): string =>
    codeOf(readNotebook(path.join(root, 'notebooks', `${name}.ipynb`))).replace(
      /^(const|let) /gm,
      'export $1 ',
    );
  const cells = new Map(
    notebookNames(root).map((name) => [path.join(root, 'notebooks', `${name}.ts`), exported(name)]),
  );
  const options = {
    ...{ strict: true, declaration: true, emitDeclarationOnly: true, esModuleInterop: true },
    ...{ skipLibCheck: true, resolveJsonModule: true, types: ['node'], lib: ['lib.es2023.d.ts'] },
    ...{ target: 9, module: 99, moduleResolution: 100 }, // ES2022, ESNext, Bundler
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (file) => cells.has(file) || fileExists(file);
  host.getSourceFile = (file, target) => {
    const text = cells.get(file);
    return text === undefined ? getSourceFile(file, target) : ts.createSourceFile(file, text, target);
  };
  const program = ts.createProgram([...cells.keys()], options, host);
  const found = [...cells.keys()].flatMap((file) =>
    program
      .getDeclarationDiagnostics(program.getSourceFile(file))
      .map(({ messageText }) => `${file}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`),
  );
  expect(found).toEqual([]);
});
