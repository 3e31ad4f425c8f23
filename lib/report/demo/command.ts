import { command } from '../../core/command';
import { text, whole } from '../../core/settings';
import { demoServer, openNativeDemo } from './server';
import { demoFolder } from './writeDemo';

/** `npm run demo -- STUDY`: serves the demo that the study's report has left, until it is stopped. */
export const demo = command({
  about: 'The demo is the one that the last npm run report of the study wrote. Ctrl-C ends it.',
  settings: ['reports'],
  options: {
    port: whole(8000, [0, 65535], 'port to listen on; 0 for any that is free'),
    host: text('127.0.0.1', 'address to listen on, by default of this machine alone', {
      placeholder: 'ADDRESS',
    }),
  },
  run: async (run, { options: { port, host } }) => {
    const folder = demoFolder(run);
    const native = await openNativeDemo(folder);
    const server = await demoServer(folder, native);
    console.log(`${native.record.title}: ${await server.listen({ port, host })} (Ctrl-C ends it)`);
    await new Promise<void>((resolve) => {
      if (run.signal?.aborted) resolve();
      run.signal?.addEventListener('abort', () => resolve());
    });
    await server.close();
    native.dispose();
  },
});
