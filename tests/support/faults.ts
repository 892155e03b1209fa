/** How a host serves a file. */
export interface HostOptions {
  /** Default true; false: every answer is the whole file. */
  ranges?: boolean;
  /** Default: made of the bytes; null: none is sent. */
  etag?: string | null;
  lastModified?: string;
  /** Whether other origins may see ETag, Content-Range and Retry-After. Default true. */
  expose?: boolean;
  /** Whether other origins may read at all. Default true. */
  cors?: boolean;
  /** Whether the whole file's length is told. Default true. */
  contentLength?: boolean;
  /** Answers 302 to this address instead. */
  redirectTo?: string;
  /** Answers 401 without `Authorization: Bearer <token>`. */
  token?: string;
}

export type Fault =
  /** The connection is cut after so many bytes of the body: at once, or in good order as by a proxy that gives up. */
  | { type: 'drop'; afterBytes: number; politely?: boolean }
  | { type: 'status'; status: number; retryAfter?: string }
  /** A part is announced with its length, but one byte less comes, or one more. */
  | { type: 'length'; by: -1 | 1 }
  /** One byte of each 1000 is another. */
  | { type: 'wrong-bytes' }
  /** Answers 200 with the whole file, whatever was asked for. */
  | { type: 'no-range' }
  /** The part begins so many bytes later than it was asked for, and says so. */
  | { type: 'wrong-range'; by: number }
  /** So many bytes at a time, each in a turn of its own. */
  | { type: 'trickle'; bytes: number }
  /** Nothing more comes after so many bytes; -1: not even a status. */
  | { type: 'hang'; afterBytes: number };

/** Which requests a fault befalls. */
export interface When {
  /** Requests that pass before. Default 0. */
  after?: number;
  /** Default 1. */
  times?: number;
  /** Only requests whose query holds this. */
  query?: string;
}

/** One answer, written down when it is over. */
export interface Sent {
  path: string;
  query: string;
  method: string;
  status: number;
  /** The file's bytes that went out: from `from`, before `to`. Empty for answers without any. */
  from: number;
  to: number;
  /** Request headers, lower-case names. */
  headers: Record<string, string>;
}

/** A test's hold on the server, in the same process or over HTTP. Paths begin with a slash. */
export interface FaultControl {
  readonly url: string;
  /** Serves bytes; a second time under the same path: the file has changed. */
  serve(path: string, bytes: Uint8Array, options?: HostOptions): Promise<void>;
  fail(path: string, fault: Fault, when?: When): Promise<void>;
  /** Answers so far below a path, those without a body included. */
  log(below?: string): Promise<Sent[]>;
  /** Resolves when `count` requests for a path have hung. */
  hung(path: string, count: number): Promise<void>;
}

/** Byte ranges of a log that went out more than once, e.g. `/m.gguf 0-100`; of `within` alone, if given. */
export function sentTwice(log: Sent[], within: { path: string; from: number; to: number }[] | null = null): string[] {
  const twice: string[] = [];
  for (const path of new Set(log.map((sent) => sent.path))) {
    const answers = log.filter((sent) => sent.path === path);
    const parts = answers.filter(({ from, to }) => to > from).sort((a, b) => a.from - b.from);
    let end = 0;
    for (const { from, to } of parts) {
      const overlap = { from, to: Math.min(end, to) };
      const counts =
        within === null || within.some((w) => w.path === path && w.from < overlap.to && w.to > overlap.from);
      if (overlap.to > overlap.from && counts) twice.push(`${path} ${overlap.from}-${overlap.to}`);
      end = Math.max(end, to);
    }
  }
  return twice;
}
