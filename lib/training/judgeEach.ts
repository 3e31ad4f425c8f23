import { dataName, type Run, stageFolder, withProgress } from '../core/run';
import { jsonStage } from '../core/stage';

/** What `judge` finds of each choice, one after the other under a progress display, or what an earlier run found for equal `inputs`. */
export async function judgeEach<C, R>(
  run: Run,
  label: string,
  stage: { name: string; version: number; inputs: Record<string, unknown> },
  choices: readonly C[],
  judge: (choice: C) => Promise<R>,
): Promise<R[]> {
  const folder = stageFolder(run.config, 'models', `${dataName(run.config)}-${stage.name}`);
  const make = () =>
    withProgress(run, label, async (onProgress) => {
      const found: R[] = [];
      for (const choice of choices) {
        onProgress(found.length, choices.length);
        found.push(await judge(choice));
      }
      onProgress(choices.length, choices.length);
      return found;
    });
  return (await jsonStage<R[]>({ ...stage, folder, file: `${stage.name}.json`, make })).value;
}
