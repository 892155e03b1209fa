/** What a line of a trace holds, as docs of the format have it: read here without the page's own code. */
interface Line {
  format?: string;
  domain?: string;
  tokens?: { picks: number[][]; scores: number[][] }[];
}

/** Figures of a layer of a domain, counted from an exported trace as plainly as can be. */
export interface PlainFigures {
  tokens: number;
  pairs: number;
  first: number[];
  picks: number[];
  weight: number[];
  together: number[][];
  sameFirst: number;
  anyShared: number;
}

/** `[layer]` figures by domain. The second oracle of the routing analysis: it shares nothing with the first. */
export function plainFigures(trace: string, nLayers: number, nExperts: number): Map<string, PlainFigures[]> {
  const all = new Map<string, PlainFigures[]>();
  let figures: PlainFigures[] = [];
  let before: number[][] | null = null;
  for (const text of trace.split('\n').filter((line) => line !== '')) {
    const line = JSON.parse(text) as Line;
    if (line.format !== undefined) {
      const domain = String(line.domain);
      figures = all.get(domain) ?? Array.from({ length: nLayers }, () => nothing(nExperts));
      all.set(domain, figures);
      before = null;
      continue;
    }
    for (const { picks, scores } of line.tokens ?? []) {
      for (let layer = 0; layer < nLayers; layer++) {
        const of = figures[layer] as PlainFigures;
        const chosen = picks[layer] as number[];
        const score = scores[layer] as number[];
        of.tokens += 1;
        of.first[chosen[0] as number] = (of.first[chosen[0] as number] as number) + 1;
        for (let a = 0; a < nExperts; a++) {
          if (!chosen.includes(a)) continue;
          of.picks[a] = (of.picks[a] as number) + 1;
          let sum = 0;
          for (const expert of chosen) sum += score[expert] as number;
          of.weight[a] = (of.weight[a] as number) + (score[a] as number) / sum;
          for (let b = 0; b < nExperts; b++) {
            const row = of.together[a] as number[];
            if (chosen.includes(b)) row[b] = (row[b] as number) + 1;
          }
        }
        const last = before?.[layer];
        if (!last) continue;
        of.pairs += 1;
        if (last[0] === chosen[0]) of.sameFirst += 1;
        if (last.some((expert) => chosen.includes(expert))) of.anyShared += 1;
      }
      before = picks;
    }
  }
  return all;
}

function nothing(nExperts: number): PlainFigures {
  const zeros = () => new Array<number>(nExperts).fill(0);
  const together = Array.from({ length: nExperts }, zeros);
  return { tokens: 0, pairs: 0, first: zeros(), picks: zeros(), weight: zeros(), together, sameFirst: 0, anyShared: 0 };
}

/** Rows of a CSV without quotes, by column. */
export function csvRows(csv: string): Record<string, string>[] {
  const [head = '', ...lines] = csv.trim().split('\r\n');
  const columns = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, n) => [columns[n] ?? '', cell])));
}
