export const SWIFTSHADER_ARGS: string[];
export const QUIET_ARGS: string[];
export function findChromium(): string | null;
