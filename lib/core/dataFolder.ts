import { type Run, stageFolder } from './run';
import { type StageSpec, stage } from './stage';

/** How a study makes its own data set, for runs that are given none. */
interface Sample extends Pick<StageSpec<void>, 'version' | 'inputs'> {
  make(folder: string): Promise<unknown>;
}

/** The folder of the run's data set: the one of the settings, or the study's own sample, made at first use. */
export async function dataFolder(
  { config }: Pick<Run, 'config'>,
  { version, inputs, make }: Sample,
): Promise<{ folder: string; generated: boolean }> {
  if (config.data !== null) return { folder: config.data, generated: false };
  const { folder } = await stage({
    name: 'sample',
    version,
    folder: stageFolder(config, 'sample'),
    inputs,
    make: async (target) => void (await make(target)),
    load: () => undefined,
  });
  return { folder, generated: true };
}
