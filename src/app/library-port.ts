import type { Library } from '../client';

/** The part of the public library's {@link Library} that the page uses. */
export type PageLibrary = Pick<
  Library,
  | 'list'
  | 'subscribe'
  | 'preview'
  | 'import'
  | 'resume'
  | 'pause'
  | 'remove'
  | 'verify'
  | 'repair'
  | 'exportTo'
  | 'report'
  | 'storage'
  | 'cancelTask'
>;
