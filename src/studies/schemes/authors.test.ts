import { describe, expect, it } from 'vitest';
import { commandInFolder, smallSettings } from '../../../test/fixtures/study-command.js';

const { lottery } = commandInFolder('authors');

const settings = smallSettings(20, 60, 'pruning.rate=0.5', 'controls.reinitialise=0');

interface Cell {
  readonly condition: string;
  readonly specification: { readonly evolution?: Record<string, unknown>; readonly initialisation: { name: string } };
}

describe('lottery study schemes, of methods as their authors have them', () => {
  it('trains them, says what they came to, and is planned the same by verify', () => {
    const study = ['study', 'schemes', 'quickstart', '--only', 'early-bird,set,rigl,edge-popup'];
    const words = [...study, '--densities', '0.3', '--trials', '1', ...settings, '--store', 'store'];
    const first = lottery(...words, '--json');
    expect(first.code, first.err).toBe(0);
    const { command, found, digest } = JSON.parse(first.out);
    expect(command).not.toContain('--methods');
    const tickets = found.points.filter(({ condition }: { condition: string }) => condition === 'ticket');
    expect(tickets.map(({ scheme }: { scheme: string }) => scheme)).toEqual([
      'early-bird',
      'set',
      'rigl',
      'edge-popup',
    ]);
    for (const { kept, status } of tickets) {
      expect(status).toBe('done');
      expect(kept).toBeCloseTo(0.3, 3);
    }
    const checked = lottery('verify', '--all', '--store', 'store', '--replay', '2');
    expect(checked.code, checked.out + checked.err).toBe(0);

    // As they were before is another study, of the same dense network.
    const earlier = lottery(...words, '--methods', 'earlier', '--json');
    expect(earlier.code, earlier.err).toBe(0);
    const before = JSON.parse(earlier.out);
    expect(before.command).toContain('--methods earlier');
    expect(before.digest).not.toBe(digest);
    const denseOf = ({ points }: typeof found) => points.find(({ condition }: Cell) => condition === 'dense').end;
    expect(denseOf(before.found)).toEqual(denseOf(found));
    expect(lottery('verify', '--all', '--store', 'store').code).toBe(0);
  });

  it('says where a mask had not settled when training ended', () => {
    const study = ['study', 'schemes', 'quickstart', '--only', 'early-bird', '--densities', '0.3', '--trials', '1'];
    const few = smallSettings(20, 20, 'pruning.rate=0.5');
    const { out, err, code } = lottery(...study, ...few, '--controls', 'reinitialise', '--store', 'few', '--json');
    expect(code, err).toBe(0);
    const { found, notes } = JSON.parse(out);
    const untrained = found.points.filter((point: { untrained?: true }) => point.untrained);
    expect(untrained).toMatchObject([{ scheme: 'early-bird', condition: 'ticket' }]);
    expect(notes.join(' ')).toContain('not trained any further: early-bird at 30.0% (1 of 1)');
  });

  it('refuses a way that there is not', () => {
    const { code, err } = lottery('study', 'schemes', 'quickstart', '--methods', 'erlier', '--store', 'none');
    expect(code).toBe(2);
    expect(err).toContain('earlier');
  });
});

describe('lottery run, early-bird', () => {
  it('prunes channels where their batch normalisation is smallest, and goes on', () => {
    const network =
      'network={"layers":[{"convolution":6,"bias":false,"stride":4,"kernel":4,"padding":0,"name":"conv1"},{"batch-normalisation":true,"name":"bn1"},"relu","flatten",{"linear":10,"name":"fc"}]}';
    const pruning = 'pruning={"schedule":"early-bird","structure":"units","scope":"global","rate":0.5}';
    const words = ['run', 'quickstart', ...smallSettings(20, 60, network, pruning, 'levels=2', 'trials=1')];
    const own = ['pruning.earlyBird.every=5', 'pruning.earlyBird.afterwards=continue'].flatMap((w) => ['--set', w]);
    const ran = lottery(...words, ...own, '--store', 'channels', '--json');
    expect(ran.code, ran.err).toBe(0);
    const { ladder } = JSON.parse(ran.out);
    // Three of six channels, with what comes in and goes out: half of all weights.
    expect(ladder.at(-1).density).toBeCloseTo(0.5, 6);
    expect(lottery('verify', '--all', '--store', 'channels', '--replay', 'all').code).toBe(0);
    const refused = lottery('run', 'quickstart', ...smallSettings(20, 60, pruning), '--store', 'none');
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('no channels with a batch normalisation over them');
  });
});
