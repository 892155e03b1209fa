import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { cellAt, layMap } from './map-picture';

it('shows every layer of a model without scrolling, and finds each cell again under its middle', () => {
  void fc.assert(
    fc.property(fc.integer({ min: 1, max: 48 }), fc.integer({ min: 2, max: 16 }), (layers, experts) => {
      const layout = layMap(layers, experts, 304);
      expect(layout.height).toBeLessThanOrEqual(320);
      const labels = 304 - experts * layout.cellWidth - (experts - 1) * layout.gap;
      for (let index = 0; index < layers * experts; index++) {
        const x = labels + (index % experts) * (layout.cellWidth + layout.gap) + layout.cellWidth / 2;
        const y = Math.floor(index / experts) * (layout.cellHeight + layout.gap) + layout.cellHeight / 2;
        expect(cellAt(layout, x, y)).toBe(index);
      }
      expect(cellAt(layout, 0, 0)).toBeNull();
      expect(cellAt(layout, 100, layout.height + layout.gap)).toBeNull();
    }),
  );
});
