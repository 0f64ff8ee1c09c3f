/** Stands in for `modelyard/engines/wllama`. */
export const wllama = (): unknown => ({ id: "wllama" });
