import type { Measurement } from '../../../training/types.js';

/**
 * What a study measured, as far as statistics need it: many methods for finding tickets (or initialisers) beside one
 * another, at a few densities, over several trials.
 *
 * Densities and accuracies are shares of 1, iterations count optimiser steps.
 */

/** What work took. */
export interface StudyCost {
  /** Floating-point operations. */
  readonly flops: number;
  /** Examples that went through the network; one that went through it twice counts twice. */
  readonly examples: number;
  /** Seconds of wall time where it ran. */
  readonly seconds: number;
}

/** What one trained network of a study showed. */
export interface StudyPoint {
  /** Name of the method that found its ticket (`imp`, `snip`, `dense`, ...); in a study of initialisations, the initialiser's. */
  readonly scheme: string;
  /** `dense`, `ticket`, or the name of a control: `reinitialise`, `shuffled`, `random-mask`, ... */
  readonly condition: string;
  /** Share of weights asked for; 1 for the dense network. */
  readonly density: number;
  /** Share of weights that the mask really kept. */
  readonly kept: number;
  /** From 0. */
  readonly trial: number;
  /** Which of several runs of one condition in one trial, from 0. */
  readonly draw: number;
  /** `diverged`: the loss turned NaN or infinite; its measurements are in no mean. */
  readonly status: 'done' | 'diverged';
  /** Layers left without any weight. */
  readonly collapsed: readonly string[];
  /** At the iteration of the lowest validation loss. */
  readonly earlyStop: Measurement;
  /** At the last iteration. */
  readonly end: Measurement;
  /**
   * First evaluated iteration whose validation loss is no higher than the lowest of the dense network of the same trial;
   * null if it never is.
   */
  readonly reachesDense: number | null;
  /** Its mask was found when training ended, so that nothing trained it: early-bird's, where it never settled. Absent: no. */
  readonly untrained?: true;
  /** Until the ticket's mask was known: all searches and trainings that it came from. Nothing for the dense network. */
  readonly finding: StudyCost;
  /** Training this network itself, evaluation left out. */
  readonly training: StudyCost;
}

/** A method for finding tickets; in a study of initialisations, an initialiser. */
export interface StudyScheme {
  readonly name: string;
  /** What figures and tables call it. */
  readonly title: string;
  /** The paper it comes from. */
  readonly source: string;
  /** What others are compared with: iterative magnitude pruning, or the dense network. */
  readonly reference: 'imp' | 'dense' | null;
}

/** The part of a study's results that statistics need. */
export interface MeasuredStudy {
  /** Whether schemes are compared with one dense network that they share, or each, as an initialiser, with its own. */
  readonly dense: 'shared' | 'own';
  /** Shares kept that tickets were asked for, the dense network's 1 not among them. */
  readonly densities: readonly number[];
  readonly trials: number;
  readonly schemes: readonly StudyScheme[];
  /** Every finished training; a study that was stopped lacks some. */
  readonly points: readonly StudyPoint[];
  /** How many trainings the study asks for. */
  readonly planned: number;
}

/** Schemes that draw tickets: all but the dense network, in the study's order. */
export function ticketSchemes(study: MeasuredStudy): StudyScheme[] {
  return study.schemes.filter(({ reference }) => reference !== 'dense');
}

/** Densities that tickets were asked for, from dense to sparse. */
export function ticketDensities(study: MeasuredStudy): number[] {
  return [...new Set(study.densities)].filter((density) => density < 1).sort((a, b) => b - a);
}

/** The dense networks that a scheme is compared with: its own, as an initialiser has, else those of the whole study. */
export function densePoints(study: MeasuredStudy, scheme: string): StudyPoint[] {
  const dense = study.points.filter(({ condition }) => condition === 'dense');
  const own = dense.filter((point) => point.scheme === scheme);
  const names = new Set(study.schemes.filter(({ reference }) => reference === 'dense').map(({ name }) => name));
  if (own.length > 0) return own;
  return study.dense === 'own' ? [] : dense.filter((point) => names.size === 0 || names.has(point.scheme));
}

/** Iterative magnitude pruning, if the study has it. */
export function impScheme(study: MeasuredStudy): StudyScheme | undefined {
  return study.schemes.find(({ reference }) => reference === 'imp');
}

/** The scheme that knows nothing: the one named `random`, else the first whose name begins so. */
export function randomScheme(study: MeasuredStudy): StudyScheme | undefined {
  return (
    study.schemes.find(({ name }) => name === 'random') ?? study.schemes.find(({ name }) => name.startsWith('random-'))
  );
}
