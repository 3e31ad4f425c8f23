/**
 * A signal that aborts at the next Ctrl-C (SIGINT): the kernel's interrupt frees the cell at once but does not stop what the cell
 * awaits, so long work listens for itself. `release` stops listening; call it in a `finally`.
 */
export function listenForInterrupt(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const onInterrupt = (): void => controller.abort();
  process.once('SIGINT', onInterrupt);
  return { signal: controller.signal, release: () => process.removeListener('SIGINT', onInterrupt) };
}
