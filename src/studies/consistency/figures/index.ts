import type { Figure } from '../../../figures/figure.js';
import type { StudyOutcome } from '../../study.js';
import type { ConsistencyFound } from '../found.js';
import { coreAndUnion, corePixels, keptByHowMany } from './agreement.js';
import { layerCurves, matchingCurves, overlapCurves } from './curves.js';
import { overlapMaps } from './maps.js';
import { neuronFigure, pixelCurves } from './parts.js';

/** Every figure of a study of consistency. */
export function consistencyFigures({ found }: StudyOutcome<ConsistencyFound>, document: Document): Figure[] {
  const all = [
    overlapMaps,
    overlapCurves,
    matchingCurves,
    layerCurves,
    coreAndUnion,
    keptByHowMany,
    corePixels,
    neuronFigure,
    pixelCurves,
  ];
  return all.map((make) => make(found, document)).filter((figure) => figure !== null);
}
