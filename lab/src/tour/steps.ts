import type { Choices } from '../play/address.js';
import { ONCE, tourChoices, tourFacts } from './settings.js';

/** What a claim's verdict means for the question of a step, in a sentence. */
export interface Question {
  /** Of a statement of `statements()`. */
  readonly id: string;
  readonly ask: string;
  readonly supported: string;
  readonly contradicted: string;
  readonly undecided: string;
}

/** What a step shows beside its words. */
export type Picture =
  | 'digits'
  /** Learning curves. */
  | 'curves'
  /** The same with the mark of the loss that trainings are timed to. */
  | 'timed-curves'
  | 'masks'
  /** The two curves of Figure 4. */
  | 'ladders'
  | 'draw';

export interface Step {
  readonly title: string;
  /** What is done, and why: true before anything is trained. */
  readonly story: readonly string[];
  /** What others found, as an expectation and with its source. */
  readonly expected: string;
  readonly button: string;
  readonly pictures: readonly Picture[];
  readonly questions: readonly Question[];
  /** Density at which the questions are put; default: the paper's 21%. */
  readonly density?: number;
  /** What to remember that does not depend on the outcome. */
  readonly afterwards: string;
  readonly choices: Choices;
}

const { hidden, weights, train, validation, iterations, batch, trials, loss, margin } = tourFacts;
const number = (value: number) => value.toLocaleString('en');
const words = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const share = `${100 * ONCE}%`;
const TRIALS = words[trials];

const fasterThanDense: Question = {
  id: 'learns-faster-than-dense',
  ask: 'Does the ticket learn faster than the dense network that it came from?',
  supported: 'Yes: it needs fewer iterations than the dense network.',
  contradicted: 'No: here it needs more iterations than the dense network.',
  undecided: 'These trials do not decide it.',
};

const matches: Question = {
  id: 'matches-dense',
  ask: `Is the ticket as accurate as the dense network, to within ${margin === 1 ? 'one point' : `${margin} points`}?`,
  supported: 'Yes: a larger loss of accuracy is ruled out.',
  contradicted: 'No: it loses more than that.',
  undecided: 'Not shown: a loss of that size cannot be ruled out by these trials.',
};

const fasterThanOther = (control: string, text: string): Question => ({
  id: `learns-faster-than-${control}`,
  ask: `Does the ticket learn faster than ${text}?`,
  supported: 'Yes, it does.',
  contradicted: 'No: here it learns more slowly.',
  undecided: 'These trials do not decide it.',
});

const betterThanOther = (control: string, text: string): Question => ({
  id: `more-accurate-than-${control}`,
  ask: `Is the ticket more accurate than ${text}?`,
  supported: 'Yes, it is.',
  contradicted: 'No: here it is less accurate.',
  undecided: 'Not decided, once the number of questions asked of this experiment is taken into account.',
});

export const steps: readonly Step[] = [
  {
    title: 'A network learns',
    story: [
      `The task: say which digit a picture of 28 × 28 pixels shows. The network reads the 784 pixels, has two hidden layers of ${hidden[0]} and ${hidden[1]} units, and gives a probability to each of the ten digits. Every unit is connected to all units of the layer before, so the network is called dense: ${number(weights)} weights in all.`,
      `Before training, every weight is a random number. Training then changes all of them, ${batch} pictures at a time, ${iterations} times (these are the iterations), so that the loss falls: the less probability the right answer gets, the larger the loss. ${number(validation)} of the ${number(train)} pictures are held out: the curves show how well the network does on those, which it never learns from.`,
      `The button trains ${TRIALS} networks. They are trials of the same experiment: each has its own random first values, its own held-out pictures and its own order of pictures. The line is their mean; the band around it is a 95% confidence interval of that mean.`,
    ],
    expected: 'Expect the loss to fall steeply at first and then ever more slowly.',
    button: `Train ${TRIALS} networks`,
    pictures: ['digits', 'curves', 'draw'],
    questions: [],
    afterwards:
      'Remember the first values: the random numbers that each network began with. The rest of this tour is about them.',
    choices: tourChoices[0],
  },
  {
    title: 'Most weights can go',
    story: [
      `Which weights does a trained network need? The simplest guess: the large ones. So keep the largest weights of each layer, ${share} of all, and set the others to zero for good. This is called pruning, and the pattern of what is kept is the mask. A pruned network is then trained further from the values that it has, for as many iterations again: its curve begins at 0 once more, though it has learned before.`,
      'To see whether it matters which weights are kept, there is a second network for each trial: it keeps as many weights, with their trained values, but chosen at random.',
      'The pictures of the mask show the 784 pixels, and how many weights of the first layer still read each of them. In the curves and below, the pruned network is called the ticket; the next step says why.',
    ],
    expected:
      'Frankle and Carbin (2019) begin with what was known: pruning can remove over 90% of the weights of a trained network without a loss of accuracy.',
    button: 'Prune, and train on',
    pictures: ['curves', 'masks'],
    questions: [matches, betterThanOther('random-mask', 'the network that keeps weights at random')],
    afterwards:
      'This network was pruned after it had learned, with all of its weights. Could the small one have been trained from the beginning?',
    choices: tourChoices[1],
  },
  {
    title: 'Rewind: the ticket',
    story: [
      `Take the same mask as before. But now rewind: give every weight that is kept the value that it had before training, the random number of step 1. Then train this small network, with ${share} of the weights, from there.`,
      'The lottery ticket hypothesis says: a dense network contains a small one that, with the first values that it happened to get, learns as well by itself as the whole network, in at most as many iterations. Mask and first values together are the ticket; one that keeps up with the dense network is a winning ticket.',
      `To compare speeds, we count iterations until the loss on held-out pictures has fallen to ${loss}, a mark that is fixed in the settings before the button is pressed.`,
    ],
    expected: `Frankle and Carbin (section 2) prune a larger network on MNIST round by round; at 21% of the weights their tickets reach the lowest loss 38% earlier than the dense network. Pruned once, as here, theirs are faster between 67.5% and 17.6%.`,
    button: 'Rewind and train the ticket',
    pictures: ['timed-curves', 'masks'],
    questions: [fasterThanDense, matches],
    afterwards:
      'But is it the first values that matter? Perhaps any values would do, as long as the mask is right. That needs a control.',
    choices: tourChoices[2],
  },
  {
    title: 'The control: other first values',
    story: [
      'Everything stays the same: the mask, the pictures, their order. Only the first values are new random numbers, drawn in the same way as before. This is called random re-initialisation.',
      'If the mask alone made the difference, this control would learn as fast as the ticket. If it does not, then the values are a part of the ticket.',
    ],
    expected:
      'In the paper, at 21% of the weights, the ticket reaches the lowest loss 2.51 times as early as its re-initialised control and is half a point more accurate (Frankle and Carbin, section 2).',
    button: 'Train the control',
    pictures: ['timed-curves', 'draw'],
    questions: [
      fasterThanOther('reinitialise', 'the same mask with other first values'),
      betterThanOther('reinitialise', 'the same mask with other first values'),
    ],
    afterwards:
      'Both networks have the same shape, the same number of weights and the same pictures. All that differs is the numbers that they start from.',
    choices: tourChoices[3],
  },
  {
    title: 'Round after round',
    story: [
      'Pruning all at once is crude. The paper prunes in rounds: train, prune a part of what is left, rewind, train the smaller network, prune again. It takes away a fifth in each round; here, to be quick, it is a little over half. Each round’s mask is made from what the round before has learned, always with the first values of the very beginning.',
      'After each round a point is added to both charts: how many iterations were needed, and how accurate the networks are in the end, against the share of weights that is left. The scale goes from 100% on the left to few weights on the right. Figure 4 of the paper has the same two curves, with the iteration of the lowest loss in place of the first. The bars are 95% intervals over the trials.',
    ],
    expected:
      'In the paper, tickets learn faster and faster down to 21% of the weights, then more slowly again; re-initialised controls get slower from the start.',
    button: 'Train and prune four rounds',
    pictures: ['ladders', 'timed-curves', 'masks'],
    questions: [
      fasterThanDense,
      {
        id: 'faster-with-fewer-weights',
        ask: 'Does it learn faster the fewer weights are left, down to 21%?',
        supported: 'Yes: the fewer weights, the fewer iterations, on average down to there.',
        contradicted: 'No: here it gets slower with fewer weights.',
        undecided: 'These trials show no clear trend.',
      },
      betterThanOther('reinitialise', 'the same mask with other first values'),
    ],
    afterwards:
      'Where an answer is “not decided”, that is a result too: the difference may be there, but these trials are too few to tell it from chance.',
    choices: tourChoices[4],
  },
  {
    title: 'Where it ends, and what is not shown',
    story: [
      'Two rounds more, down to about 1% of the weights, and a second control: as many weights in each layer with the first values of the dense network, but a mask drawn at random.',
      'Tickets cannot win for ever: with too few weights no network can learn the task. The questions below are put at 2% of the weights.',
      'What this tour does not show: that the same holds for deep networks and hard tasks. There, rewinding to the very beginning often fails, and one rewinds to a moment early in training instead (Frankle et al. 2020). An interval speaks of trials like these, with these pictures and this network, not of all networks; and the settings of this tour were chosen so that the effect shows within seconds. With others it may be smaller, or missing.',
    ],
    expected:
      'In the paper, the accuracy of tickets on MNIST begins to drop at 2.9% of the weights; and on that network re-initialised controls do better than random masks (section 2 and appendix).',
    button: 'Go on to 1% of the weights',
    pictures: ['ladders', 'timed-curves', 'masks', 'draw'],
    density: 0.02,
    questions: [
      matches,
      betterThanOther('reinitialise', 'the same mask with other first values'),
      betterThanOther('random-mask', 'a random mask with as many weights'),
    ],
    afterwards: 'Now your own: change the network, the data, the way of pruning or the controls, and see what holds.',
    choices: tourChoices[5],
  },
];

/** The step of an address, from 1; what is no step is the first. */
export function stepOf(path: readonly string[]): number {
  const number = Number(path[0]);
  return Number.isInteger(number) && number >= 1 && number <= steps.length ? number : 1;
}
