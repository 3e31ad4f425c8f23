/** The memory that every WebAssembly module here exports. */
export interface KernelMemory {
  memory: { buffer: ArrayBuffer; grow(pages: number): number };
}

/** What Node and every browser have, and the list of Node's types leaves out. */
interface WithWebAssembly {
  WebAssembly: {
    Module: new (bytes: Uint8Array) => object;
    Instance: new (module: object) => { exports: unknown };
  };
}

/** The exports of a module given in base64; the caller vouches for their types. The memory is this thread's own. */
export function loadKernel<K extends KernelMemory>(base64: string): K {
  const { Module, Instance } = (globalThis as unknown as WithWebAssembly).WebAssembly;
  const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0)); // a browser has no Buffer
  return new Instance(new Module(bytes)).exports as K;
}

/** Lays pieces (bytes, or so much room) into a kernel's memory and gives their addresses: 16-byte aligned, with 16 bytes behind each that nobody else uses. */
export function layOut({ memory }: KernelMemory, pieces: readonly (Uint8Array | number)[]): number[] {
  let end = 0;
  const places = pieces.map((piece) => {
    const start = end;
    end += Math.ceil((typeof piece === 'number' ? piece : piece.length) / 16) * 16 + 16;
    return start;
  });
  const lacking = end - memory.buffer.byteLength;
  if (lacking > 0) memory.grow(Math.ceil(lacking / 65536));
  const bytes = new Uint8Array(memory.buffer);
  pieces.forEach((piece, i) => {
    if (typeof piece !== 'number') bytes.set(piece, places[i]);
  });
  return places;
}
