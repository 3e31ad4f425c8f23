import { once } from '../../core/once';
import { classStudy } from '../../report/classStudy';
import { openStudy } from '../../report/openStudy';
import { openData } from './data';
import { study } from './study';

/** Opens the study for the notebook of that name: what a cell asks for is made when it first does, or taken from an earlier run. Throws what `openStudy` throws. */
export async function open(name: string) {
  const report = await openStudy(study, name);
  const { imageSize } = report.config;
  const { linear, ...shared } = classStudy(report, (size) => openData(report, size), imageSize);
  return Object.assign(report, shared, {
    /** A linear layer on the features of the backbone. */
    transfer: once(() => linear()),
  });
}
