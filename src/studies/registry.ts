import { consistency } from './consistency/index.js';
import { frontier } from './frontier/index.js';
import { informationPlane } from './information-plane/index.js';
import { initialisations } from './initialisations/index.js';
import { randomTickets } from './random-tickets/index.js';
import { rewind } from './rewind/index.js';
import { schemes } from './schemes/index.js';
import { stability } from './stability/index.js';
import type { AnyStudy } from './study.js';

/** All studies, in the order in which help texts list them: a line each. */
export const studies: readonly AnyStudy[] = [
  frontier,
  schemes,
  initialisations,
  consistency,
  randomTickets,
  stability,
  rewind,
  informationPlane,
];

/** The study of a name, if there is one. */
export function studyNamed(name: string): AnyStudy | undefined {
  return studies.find((study) => study.name === name);
}
