/** Every reason for which the report stops, as a stable code that scripts and tests may rely on. */
export type ErrorCode =
  | 'BAD_SETTING'
  | 'UNKNOWN_NOTEBOOK'
  | 'NO_DATA_FOLDER'
  | 'NO_TABLE'
  | 'EMPTY_TABLE'
  | 'MALFORMED_TABLE'
  | 'NO_SCREENSHOTS'
  | 'NO_OVERLAP'
  | 'TOO_FEW_ITEMS'
  | 'UNREADABLE_IMAGE'
  | 'BAD_STORE'
  | 'BAD_SPLIT'
  | 'NO_MODEL'
  | 'BAD_WEIGHTS'
  | 'WRONG_ARCHITECTURE'
  | 'DOWNLOAD_FAILED'
  | 'HASH_MISMATCH'
  | 'NO_BACKEND'
  | 'BAD_INPUT'
  | 'INTERRUPTED'
  | 'DISK_FULL'
  | 'NOT_ALLOWED'
  | 'BROKEN_STAGE'
  | 'WORKER_LOST';

/** The one error class of the project: `message` says to the reader what is wrong and what to do, `code` is for programs. */
export class ReportError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'ReportError';
  }
}

/** Whether something thrown is a `ReportError` with one of these codes. */
export const isReportError = (error: unknown, ...codes: readonly ErrorCode[]): error is ReportError =>
  error instanceof ReportError && codes.includes(error.code);

/** The Node error code of something thrown (`ENOENT`, `ENOSPC`, …), or undefined if it carries none. */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Turns a full disk, and a place that this user may not read or write, into a `ReportError` that names it; anything else comes back as it was. */
export function explainDiskError(error: unknown, place: string): unknown {
  const code = systemCode(error);
  if (code === undefined) return error;
  const { path = place, dest: own = path, syscall } = error as NodeJS.ErrnoException & { dest?: string }; // of Node, as it has a code
  const plain = (file: string): string => file.replace(/\.[^/]+-\d+-[0-9a-f]{8}\.partial/, ''); // the name that it would have got
  if (['EACCES', 'EPERM', 'EROFS'].includes(code) || (code === 'ENOENT' && syscall === 'mkdir')) {
    // The latter is what Node makes of a read-only disk, under a folder that is to be made with others.
    const reason = `${code === 'ENOENT' ? 'EROFS' : code}): it is read-only or belongs to somebody else`;
    const advice = 'Give another folder (--work, --reports, REPORT_CACHE) or change its permissions';
    return new ReportError('NOT_ALLOWED', `${plain(own)} cannot be used (${reason}. ${advice}.`, {
      cause: error,
    });
  }
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new ReportError(
    'DISK_FULL',
    `The disk is full while writing ${plain(place)}: free some space (data/ can be deleted and is made again) and run the same command.`,
    { cause: error },
  );
}
