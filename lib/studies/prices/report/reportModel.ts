import { banner } from '../../../report/banner';
import { type OpenModel, openModel } from '../openModel';
import type { OpenReport } from './openReport';

/** `openModel` for a notebook: the page says so where the base is not the one that its header names. The caller disposes the model and releases the prepared. */
export async function openReportModel(report: OpenReport): Promise<OpenModel> {
  const opened = await openModel(report);
  const { tuned } = opened;
  if (tuned?.improved) {
    const { name, sha256 } = tuned.weights;
    banner('note', 'Fine-tuned', `The model's base is ${name} (SHA-256 ${sha256.slice(0, 12)}…).`);
  }
  return opened;
}
