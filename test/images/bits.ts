/** In how many of their 64 bits two hashes of 16 hexadecimal digits differ. */
export const bitsApart = (a: string, b: string): number =>
  [...(BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2)].filter((bit) => bit === '1').length;
