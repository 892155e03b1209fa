import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySink } from '../../tests/support/memory-sink';
import { bytesOf, SMALL_CONFIG, type SyntheticPack, syntheticPack } from '../../tests/support/synthetic-pack';
import type { ModelConfig } from '../model/config';
import { recordsBytes } from '../pack/footprint';
import { layoutOf, plane, recordKind, recordNames } from '../pack/layout';
import { packBytes, validateManifest } from '../pack/manifest';
import { MixtabError } from '../protocol/errors';
import { type MadeRecord, manifestOf } from './made-record';
import { type PackToPrune, packToPrune, pruneRecord, recordToPrune } from './prune-record';

/** 5 experts of top-2; a plane of the router is no multiple of the planes' alignment. */
const CONFIG: ModelConfig = { ...SMALL_CONFIG, dim: 96, hiddenDim: 64, nExperts: 5 };
const { nLayers, nExperts, topK } = CONFIG;

const keeps = fc.integer({ min: topK, max: nExperts - 1 }).chain((count) =>
  fc.array(
    fc
      .uniqueArray(fc.nat(nExperts - 1), { minLength: count, maxLength: count })
      .map((ids) => ids.sort((a, b) => a - b)),
    { minLength: nLayers, maxLength: nLayers },
  ),
);

async function* inPieces(bytes: Uint8Array<ArrayBuffer>, pieceBytes: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.slice(at, at + pieceBytes);
}

async function pruned(pack: SyntheticPack, toPrune: PackToPrune, pieceBytes: number) {
  const sink = memorySink();
  const made: MadeRecord[] = [];
  for (const name of recordNames(toPrune.after.config)) {
    const pieces = inPieces(bytesOf(pack, recordToPrune(toPrune, name).source.name), pieceBytes);
    made.push(await pruneRecord(toPrune, name, pieces, (piece) => sink.piece(name, piece)));
  }
  return { made, bytesOf: (name: string) => sink.records.get(name) as Uint8Array<ArrayBuffer> };
}

const pack = await syntheticPack(1, CONFIG);

describe('a pruned pack', () => {
  it('holds the weights of the experts that are kept, bit for bit, and of the routers their rows, whatever is kept', async () => {
    await fc.assert(
      fc.asyncProperty(keeps, fc.integer({ min: 1000, max: 70_000 }), async (keep, pieceBytes) => {
        const toPrune = packToPrune(pack.manifest, keep);
        const { before, after } = toPrune;
        const { bytesOf: prunedBytes } = await pruned(pack, toPrune, pieceBytes);
        for (const name of recordNames(after.config)) {
          const [, first = 0, expert = 0] = name.split('/').map(Number);
          const source =
            recordKind(after.config, name) === 'expert' ? `expert/${first}/${keep[first]?.[expert]}` : name;
          const [was, is] = [bytesOf(pack, source), prunedBytes(name)];
          const layout = layoutOf(after, name);
          expect(is.length).toBe(layout.bytes);
          for (const part of layout.parts) {
            const partBefore = layoutOf(before, source).parts.find(({ tensor }) => tensor === part.tensor);
            for (const key of Object.keys(part.planes)) {
              const got = Buffer.from(plane(part, key, is, Uint8Array));
              const all = Buffer.from(plane(partBefore ?? part, key, was, Uint8Array));
              const rows = (keep[first - 1] ?? []).map((id) =>
                all.subarray(id * CONFIG.dim * 4, (id + 1) * CONFIG.dim * 4),
              );
              expect(got.equals(part.tensor === 'gate' ? Buffer.concat(rows) : all)).toBe(true);
            }
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  it('has a manifest that is valid, says where it comes from, and names the sizes that were known before', async () => {
    const keep = [
      [0, 2, 4],
      [1, 2, 3],
    ];
    const toPrune = packToPrune(pack.manifest, keep);
    const { made } = await pruned(pack, toPrune, 65536);
    const manifest = validateManifest(await manifestOf(toPrune.texts, toPrune.after, made, 'Small'));
    expect(manifest.name).toBe('Small');
    expect(manifest.config).toEqual({ ...CONFIG, nExperts: 3 });
    expect(packBytes(manifest)).toBe(recordsBytes(toPrune.after));
    expect(manifest.source).toMatchObject({ name: pack.manifest.name, revision: '1', pruned: { experts: 5, keep } });
    const other = packToPrune(pack.manifest, [keep[1], keep[0]]);
    const { made: otherMade } = await pruned(pack, other, 65536);
    const otherManifest = await manifestOf(other.texts, other.after, otherMade, 'Small');
    expect(otherManifest.source.sha256).not.toBe(manifest.source.sha256);
    for (const wrong of [
      { experts: 3, keep },
      { experts: 5, keep: [[0, 1, 2]] },
      {
        experts: 5,
        keep: [
          [0, 1],
          [0, 1],
        ],
      },
      1,
    ]) {
      const source = { ...manifest.source, pruned: wrong };
      expect(() => validateManifest({ ...manifest, source })).toThrow(
        expect.objectContaining({ code: 'manifest-invalid' }),
      );
    }
  });

  it('is never made of a record that is cut short', async () => {
    const toPrune = packToPrune(pack.manifest, [
      [0, 1],
      [0, 1],
    ]);
    const cut = inPieces(bytesOf(pack, 'dense/1').slice(0, -256), 65536);
    await expect(pruneRecord(toPrune, 'dense/1', cut, () => {})).rejects.toThrow(RangeError);
  });

  it.each([
    ['no lists', null],
    ['a list too few', [[0, 1]]],
    ['fewer than a token uses', [[0], [0]]],
    [
      'all of them',
      [
        [0, 1, 2, 3, 4],
        [0, 1, 2, 3, 4],
      ],
    ],
    [
      'more in one layer than in another',
      [
        [0, 1],
        [0, 1, 2],
      ],
    ],
    [
      'ids that do not ascend',
      [
        [0, 1],
        [1, 0],
      ],
    ],
    [
      'an id twice',
      [
        [0, 1],
        [1, 1],
      ],
    ],
    [
      'an id that is none',
      [
        [0, 1],
        [1, 5],
      ],
    ],
    [
      'no whole number',
      [
        [0, 1],
        [0.5, 1],
      ],
    ],
    ['a hole', [[0, 1], Object.assign([], { 1: 1 })]],
    [
      'texts',
      [
        ['0', '1'],
        ['0', '1'],
      ],
    ],
  ])('is refused where what is to be kept is %s', (_, keep) => {
    try {
      packToPrune(pack.manifest, keep);
    } catch (error) {
      expect(error).toBeInstanceOf(MixtabError);
      expect(error).toMatchObject({ code: 'request-invalid', hint: expect.stringMatching(/./) });
      return;
    }
    throw new Error('accepted');
  });
});
