// The kernel, nbconvert's template and configuration, all inside .venv, where plain `jupyter` commands find them too.
import { cpSync, existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fingerprint, output, root, step, textOf, venv, writeWhole } from './steps.mjs';

const templates = path.join(root, 'lib', 'report', 'templates');

/** How Jupyter starts the kernel. Absolute paths: Jupyter starts kernels from the notebook's folder. */
const kernelSpec = {
  argv: [
    process.execPath,
    '--no-deprecation',
    '--disable-warning=ExperimentalWarning',
    path.join(root, 'lib', 'cli', 'kernel', 'kernel.cjs'),
    '{connection_file}',
  ],
  display_name: 'TypeScript (report)',
  language: 'typescript',
  interrupt_mode: 'signal',
  env: { REPORT_ROOT: root, TF_CPP_MIN_LOG_LEVEL: '2', TF_ENABLE_ONEDNN_OPTS: '1' },
};

/** JupyterLab asks no address for news or newer versions, and shows Markdown as it reads. */
const labSettings = {
  '@jupyterlab/docmanager-extension:plugin': { defaultViewers: { markdown: 'Markdown Preview' } },
  '@jupyterlab/apputils-extension:notification': { fetchNews: 'false', checkForUpdates: false },
};

/** How git cleans notebooks: of outputs, and of what JupyterLab writes into them of the kernel. */
export const cleanCommand = `"${path.join(venv, 'bin', 'nbstripout')}" --extra-keys "metadata.language_info.codemirror_mode metadata.language_info.version"`;

/** @param {string} folder @returns {string[]} every file below it */
const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();

/** Registers the kernel, copies the template, and lets git leave notebook outputs out. */
export const configureJupyter = () =>
  step({
    title: 'the TypeScript kernel and the report template',
    stamp: path.join(venv, '.report-kernel'),
    print: fingerprint(
      JSON.stringify([kernelSpec, labSettings, cleanCommand]),
      ...filesBelow(templates).map(textOf),
      venv,
    ),
    work: async () => {
      const share = path.join(venv, 'share', 'jupyter');
      writeWhole(path.join(share, 'kernels', 'tslab', 'kernel.json'), JSON.stringify(kernelSpec, null, 2));
      writeWhole(path.join(share, 'lab', 'settings', 'overrides.json'), JSON.stringify(labSettings, null, 2));
      const ours = path.join(share, 'nbconvert', 'templates', 'report');
      cpSync(path.join(templates, 'report'), ours, { recursive: true });
      const config = 'jupyter_nbconvert_config.py';
      writeWhole(path.join(venv, 'etc', 'jupyter', config), textOf(path.join(templates, config)));
      if (!existsSync(path.join(root, '.git'))) return;
      const filter = { clean: cleanCommand, smudge: 'cat' };
      for (const [name, command] of Object.entries(filter)) {
        output('git', ['-C', root, 'config', `filter.nbstripout.${name}`, command]);
      }
    },
  });
