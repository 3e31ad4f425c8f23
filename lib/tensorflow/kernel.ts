/** The memory that every WebAssembly module here exports. */
export interface KernelMemory {
  memory: { buffer: ArrayBuffer; grow(pages: number): number };
}

/** What Node has and its list of types leaves out. */
interface WithWebAssembly {
  WebAssembly: {
    Module: new (bytes: Uint8Array) => object;
    Instance: new (module: object) => { exports: unknown };
  };
}

/** The exports of a module given in base64; the caller vouches for their types. The memory is this thread's own. */
export function loadKernel<K extends KernelMemory>(base64: string): K {
  const { Module, Instance } = (globalThis as unknown as WithWebAssembly).WebAssembly;
  return new Instance(new Module(Buffer.from(base64, 'base64'))).exports as K;
}

/** Addresses of pieces of memory of so many bytes each, 16-byte aligned, with 16 bytes behind each that nobody else uses. */
export function roomFor({ memory }: KernelMemory, sizes: readonly number[]): number[] {
  let next = 0;
  const places = sizes.map((size) => {
    const place = next;
    next += Math.ceil(size / 16) * 16 + 16;
    return place;
  });
  const lacking = next - memory.buffer.byteLength;
  if (lacking > 0) memory.grow(Math.ceil(lacking / 65536));
  return places;
}
