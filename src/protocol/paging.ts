/** Who gives up a slot, by name; src/paging/policies.ts says what each does. */
export const POLICY_NAMES = ['lru', 'lfu', 'lfru', 'least-stale', 'reuse'] as const;
/** Who decides which expert leaves when another needs its slot. */
export type PolicyName = (typeof POLICY_NAMES)[number];

/** An expert by its place. */
export interface ExpertId {
  layer: number;
  expert: number;
}

/** How experts are kept and fetched. None of it changes a bit of any answer. */
export interface PagingOptions {
  policy?: PolicyName | undefined;
  /** Bytes of system memory for experts that have no slot; 0 turns that tier off. Default: a share of what the device has. */
  ramBytes?: number | undefined;
  /** Experts are fetched before they are picked, in idle bandwidth, as long as it pays. Default: true. */
  prefetch?: boolean | undefined;
  /** Loaded first and never evicted. */
  pinned?: ExpertId[] | undefined;
  /** The experts that were resident when the model was used last are loaded while it waits for its first prompt. Default: true. */
  warmStart?: boolean | undefined;
}

/** Modes that trade answers for speed. Each is off unless it is set; all change the logits. */
export interface LossyOptions {
  /**
   * The first choice is sacred; each further one may be replaced by a resident expert whose router logit is less than this below its own
   * (cache-conditional experts, arXiv 2412.00099). In decode.
   */
  residentMargin?: number | undefined;
  /** Choices after the first whose weight is below this are left out, 0..1; the others' weights are scaled to 1. */
  skipBelow?: number | undefined;
  /** Experts a token uses, 1 to n_experts, in place of the model's own. */
  topK?: number | undefined;
  /** A 2-bit copy of each expert that has been on the GPU stays there, and stands in on a miss while the expert itself is loaded. */
  standIns?: boolean | undefined;
}

/** Of one layer, or of all. */
export interface PagingCounts {
  /** Picks whose expert was resident when the router named it. */
  hits: number;
  misses: number;
  /** Misses whose expert was already on its way. */
  late: number;
  /** Brought to the GPU, wherever from. */
  bytes: number;
  /** Milliseconds that the forward pass waited for experts; in decode the GPU has nothing to do meanwhile, in prefill it computes the wave before. */
  stallMs: number;
}

/** Figures of paging since they were last taken, prefill and decode together unless said. */
export interface PagingStats extends PagingCounts {
  policy: PolicyName;
  /** Of `bytes`: from the RAM tier; the rest is from storage. */
  ramBytes: number;
  /** Milliseconds in which at least one read was under way. */
  readMs: number;
  /** Share of `readMs` in which the forward pass was not waiting, 0..1. */
  overlap: number;
  /** Stripes of records being read at the same time: the most, and the mean over `readMs`. */
  readsInFlight: { most: number; mean: number };
  prefetch: {
    /** Whether it is on now: it turns itself off where it does not pay. */
    on: boolean;
    /** Experts fetched ahead, and those of them that were picked before they were evicted. */
    issued: number;
    used: number;
    /** Bytes of those that were evicted, or given up, unused. */
    wastedBytes: number;
    /** Share of decode's picks that the next layer's gate foresaw, where it was asked; null where it never was. */
    recall: number | null;
  };
  /** What a lossy mode did: picks replaced by a resident expert, left out, or computed by a stand-in. All 0 otherwise. */
  lossy: { replaced: number; skipped: number; stoodIn: number };
  layers: PagingCounts[];
}
