import { conditionOf } from 'lottery-lab/analysis';

/** A colour as the theme has it: style.css names those that are too near to white or to black for one of them. */
export const inTheme = (colour: string): string =>
  colour.startsWith('#') ? `var(--c${colour.slice(1)}, ${colour})` : colour;

/** The colour of a network of an experiment, wherever it is drawn. */
export const conditionColour = (condition: string): string =>
  condition === 'dense' ? 'var(--ink)' : inTheme(conditionOf(condition).colour);
