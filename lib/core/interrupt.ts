/** A signal that aborts at the next Ctrl-C (SIGINT); an interrupted kernel frees the cell but does not stop what it awaits. `release` stops listening. */
export function listenForInterrupt(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const onInterrupt = (): void => controller.abort();
  process.once('SIGINT', onInterrupt);
  return { signal: controller.signal, release: () => process.removeListener('SIGINT', onInterrupt) };
}
