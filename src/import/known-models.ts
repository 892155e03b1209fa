import { sameJson } from '../lib/json';
import type { Formats } from '../pack/formats';
import { IdentityBook } from '../sources/identity';
import type { SourceIdentity } from '../sources/opened-source';
import type { Catalogue } from '../store/catalogue';
import type { ImportOrigin, StoredSource } from '../store/journal';
import { databaseName, openModelStore } from '../store/model-store';
import type { ImportPlan } from './import-plan';
import { checkId, idOf, idsLike } from './model-id';

/** What a model of this browser was made of. */
interface Origin extends ImportOrigin {
  formats: Formats;
}

/** Under which id a source is kept: that of the model that it was begun as, or one that is free. */
export class KnownModels {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly factory: IDBFactory,
  ) {}

  /** With an `id` of the caller's, that one, whatever it holds. Throws `request-invalid` for one that is not safe. */
  async idFor(plan: ImportPlan, id: string | undefined): Promise<string> {
    if (id !== undefined) return checkId(id);
    const databases = new Set((await this.factory.databases()).map(({ name }) => name));
    for (const candidate of idsLike(idOf(plan.journal.name))) {
      if (!databases.has(databaseName(candidate))) return candidate;
      const origin = await this.originOf(candidate);
      if (origin === 'nothing' || (origin !== 'unknown' && isSame(origin, plan))) return candidate;
    }
    throw new Error('ids have no end');
  }

  /** `unknown`: a model that was not imported, but loaded from its host by the engine. */
  private async originOf(id: string): Promise<Origin | 'nothing' | 'unknown'> {
    const store = await openModelStore(id, this.factory);
    try {
      const journal = await store.journal();
      if (journal) return journal;
      const [manifest, origin] = [await store.manifest(), await store.origin()];
      if (manifest && origin) return { ...origin, formats: manifest.formats };
      return manifest || (await this.catalogue.row(id))?.complete ? 'unknown' : 'nothing';
    } finally {
      store.close();
    }
  }
}

/** Whether a plan is of the same source, in the same formats. That its files may have changed since is another question. */
function isSame(origin: Origin, { journal }: ImportPlan): boolean {
  return samePlace(origin, journal) && sameJson(origin.formats, journal.formats);
}

function samePlace(a: ImportOrigin, b: ImportOrigin): boolean {
  // A file is what it is, however it was chosen.
  if (isLocal(a.source) || isLocal(b.source)) {
    return isLocal(a.source) && isLocal(b.source) && sameJson(a.identity, b.identity);
  }
  return sameJson(addressOf(a.source), addressOf(b.source));
}

const isLocal = ({ kind }: StoredSource): boolean => kind === 'files' || kind === 'handle';

/** What tells one address from another: with or without a token it is the same. */
function addressOf(source: StoredSource): unknown {
  if (source.kind === 'url') return source.url;
  if (source.kind !== 'hub') return null;
  const { repo, revision = 'main', file = null, endpoint = null } = source;
  return { repo, revision, file, endpoint };
}

/** Throws `source-changed` when files that were opened before are others now. */
export function checkUnchanged(before: SourceIdentity, now: SourceIdentity): void {
  const book = new IdentityBook(before);
  for (const [file, identity] of Object.entries(now)) book.enter(file, identity);
}
