import { MixtabError, toErrorData } from '../../src/protocol/errors';

/** Any failure as the one line that the command prints: `mixtab: what, expected, got. What to do`. */
export function failureLine(error: unknown): string {
  const { message, hint } = error instanceof MixtabError ? error : toErrorData(error);
  const sentence = oneLine(message).replace(/[.\s]+$/, '');
  return `mixtab: ${sentence}.${hint ? ` ${oneLine(hint)}` : ''}`;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
