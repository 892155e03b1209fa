import type { FileIdentity, SourceIdentity } from './opened-source';
import { sourceChanged } from './source-errors';

/** Keeps what was opened, and holds it against what is expected. */
export class IdentityBook {
  readonly #opened: SourceIdentity = {};

  constructor(private readonly expected: SourceIdentity = {}) {}

  /** Throws `source-changed` when the file is another than expected. A tag that is not known on both sides says nothing. */
  enter(file: string, { size, tag }: FileIdentity): void {
    const before = this.#opened[file] ?? this.expectedOf(file);
    if (before !== undefined) {
      if (before.size !== size) throw sourceChanged(file, `${before.size} bytes`, `${size}`);
      if (before.tag !== '' && tag !== '' && before.tag !== tag) {
        throw sourceChanged(file, `version ${before.tag}`, tag);
      }
    }
    this.#opened[file] = { size, tag };
  }

  identity(): SourceIdentity {
    return { ...this.#opened };
  }

  /** A new link to the same .gguf file may have another name. */
  private expectedOf(file: string): FileIdentity | undefined {
    if (Object.hasOwn(this.expected, file)) return this.expected[file];
    const models = Object.keys(this.expected);
    return models.length === 1 && file.endsWith('.gguf') ? this.expected[models[0] as string] : undefined;
  }
}
