export const USAGE = `Mixtral in a browser tab, from the terminal: runs the web app's own engine in headless Chromium.

mixtab run --model SRC (--prompt TEXT | --chat TEXT | --ids 1,2,3)
    --format q4|q8      what float weights of a checkpoint become (q4)
    --max-tokens N      tokens to generate at most (128)
    --temperature T     0 is greedy (the model's own default)
    --top-p P           nucleus sampling (the model's own default)
    --seed S            the same seed gives the same text (0)
    --budget-mb M       bound on all GPU memory, 1 MB = 10^6 bytes (every expert resident)
    --ctx N             positions in the KV cache (the model's own, at most 4096)
    --json              one JSON object on stdout in place of text
    --logits FILE       float32 little-endian [prompt tokens][vocab], the logits at every prompt position
    --trace FILE        what every router said, for mixtab simulate
    --profile-dir DIR   keep the browser's profile, and with it the cached weights, between runs
    --kernel VARIANT    matvec variant in place of the tuner's pick
  how it pages, which changes no bit of the answer:
    --policy P          who gives up a slot: lru, lfu, lfru, least-stale or reuse (reuse)
    --ram-mb R          system memory for experts without a slot (a share of the device's)
    --no-prefetch       fetch no expert before it is picked
    --pin L/E[,L/E]     expert E of layer L is loaded first and never leaves
  lossy, each off unless it is given: the answer changes
    --resident-margin M a choice after the first gives way to a resident expert whose router logit is less than M below
    --skip-below W      choices after the first of less weight than W are left out
    --experts-per-token K  in place of the model's own
    --stand-ins         2-bit copies on the GPU serve while a missing expert is read
mixtab convert SRC OUT [--format q4|q8]    checkpoint -> pack folder
mixtab inspect SRC [--budget-mb M] [--storage-gbps S] [--gpu-gbps G] [--format q4|q8] [--json]
                                           what a checkpoint or a pack holds, whether this machine can run it, and how fast
                                           with this budget, storage of S GB/s (1) and GPU memory of G GB/s (400)
mixtab prune SRC OUT (--keep N --trace FILE | --experts FILE) [--name TEXT]
                                           pack -> pack with N experts a layer, those that FILE, a trace of the model, gives most weight;
                                           or with those of a JSON file: a list of ids for each layer, such as [[0,2],[1,3]]
mixtab simulate TRACE|mixtral [--policy P] [--slots N] [--storage-gbps S] [--gpu-gbps G] [--json]
                                           which picks of a recorded run find their expert resident, under each policy and at best, and how fast
                                           decode is; mixtral: made-up routing with the published statistics of Mixtral 8x7B
mixtab bench [import|lossy|pruning] [--json]
                                           the benchmarks in bench/: of the embedded model, of imports, or of what the lossy modes or pruning cost and bring
mixtab bench fullsize                      paging at the size of Mixtral 8x7B, with a synthetic one that is made first
    --layers N          of 32, which take 27 GB of disk (32)
    --gpu-mb M[,M]      GPU memory, a run each (4000,2000)
    --ram-mb R          system memory for experts (0)
    --no-prefetch       experts are read when they are picked, not before
    --kernel VARIANT    matvec variant in place of the tuner's pick
    --tokens N          tokens to decode in each run (8)
    --profile-dir DIR   keep the model, for another time
    --json              one JSON object on stdout in place of text
mixtab --help | --version

SRC: tiny (the embedded model), a pack folder, a Hugging Face folder, a .gguf file; for convert and inspect also their address on the
web, or hf:ORG/NAME[@REVISION][/FILE.gguf] (HF_TOKEN in the environment for gated ones); for prune tiny or a pack folder.
--prompt is raw text, with BOS; --chat goes through the chat template; --ids is taken as it is.
A TEXT that begins with a dash is given as --prompt=TEXT.
Exit status: 0; 1 for a failure, with one line on stderr; 2 for wrong usage.
`;
