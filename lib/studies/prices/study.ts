import type { Study } from '../../core/concepts';
import { pricePages } from './pages';
import { settings } from './settings';

export const study: Study<typeof settings> & typeof pricePages = {
  ...pricePages,
  settings,
  dependsOn: async (run) => (await import('../../networks/backbones')).backboneHash(run),
  bytesPerPicture: async ({ config }) => (await import('./dataSet')).bytesPerPicture(config),
  data: async (run) => (await import('./dataSet')).dataSet(run),
  commands: {
    predict: async () => (await import('./commands/predict')).predict,
    explain: async () => (await import('./commands/explain')).explain,
    search: async () => (await import('./commands/search')).search,
    splits: async () => (await import('./commands/splits')).splits,
    pictures: async () => (await import('./commands/shards')).pictures,
    features: async () => (await import('./commands/shards')).features,
    'train-base': async () => (await import('./commands/trainBase')).trainBase,
  },
};
