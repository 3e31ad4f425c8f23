// The door to the store: its writer, its reader and its index live in files of their own.
export type { StoreColumns, StoreIndex, UnreadableImage } from './storeIndex';
export { rowsByGame } from './storeIndex';
export type { ImageStore, RowRange } from './storeReader';
export { openStore } from './storeReader';
export type { StoreOptions } from './storeWriter';
export { writeStore } from './storeWriter';
