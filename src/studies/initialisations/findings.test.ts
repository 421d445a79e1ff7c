import { describe, expect, it } from 'vitest';
import { findingsOf } from '../shared/schemes/page.fixture.js';
import { each, scheme, study } from '../shared/schemes/small.fixture.js';
import { initialisations } from './index.js';

describe('findings', () => {
  it('say how far apart they are, corrected for the choice of the two', () => {
    const dense = { condition: 'dense', density: 1 };
    const results = study(
      [
        ...each('a', [0.9, 0.92, 0.94], dense),
        ...each('b', [0.8, 0.8201, 0.84], dense),
        ...each('c', [0.85, 0.87, 0.88], dense),
      ],
      { dense: 'own', schemes: ['a', 'b', 'c'].map((name) => scheme(name)) },
    );
    expect(findingsOf(initialisations, results)[0]).toMatch(
      /^Dense networks: from 82\.00% .* of B to 92\.00% .* of A, .* points apart: significant \(p < 0\.001 after correction for the choice of the two and for all claims of the page\)\.$/,
    );
  });
});
