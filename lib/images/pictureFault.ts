import { isClosed } from './jpeg';

export const tooManyPixels = 'it has too many pixels (the limit is 268 million)';
export const tooSlow = 'it takes minutes to decode';

/** Why sharp could not decode `content`, to complete "… cannot be used: "; of libvips' words nothing, which pictures side by side exchange. */
export function pictureFault(error: unknown, content: Uint8Array): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/unsupported image format/i.test(message))
    return 'it is not a picture, or of a kind that is not known here';
  if (/pixel limit/i.test(message)) return tooManyPixels;
  if (/^timeout/i.test(message)) return tooSlow;
  return endsEarly(content) ? 'it ends too early' : 'it is damaged';
}

/** Whether a JPEG, PNG, GIF or WebP file lacks what its format ends with. */
function endsEarly(content: Uint8Array): boolean {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const start = bytes.toString('latin1', 0, 4);
  if (start.startsWith('\xff\xd8')) return !isClosed(content);
  if (start === '\x89PNG') return !bytes.subarray(-64).includes('IEND');
  if (start === 'GIF8') return bytes.at(-1) !== 0x3b; // the trailer: GIF89a, section 27
  if (start === 'RIFF') return bytes.length < 8 || bytes.length < 8 + bytes.readUInt32LE(4); // as many as it says follow
  return false;
}
