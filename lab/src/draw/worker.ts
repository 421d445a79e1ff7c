import { type Kernels, loadKernels } from 'lottery-lab/kernels';
import { messageOf } from '../parts/message.js';
import { disagreements, lookAt } from './look.js';
import type { DrawReply, DrawRequest } from './messages.js';

// Takes drawings through trained networks, beside the page.

let loaded: Promise<Kernels> | null = null;
let known: Extract<DrawRequest, { kind: 'networks' }> | null = null;

async function answer(request: DrawRequest): Promise<DrawReply> {
  const { id } = request;
  try {
    loaded ??= loadKernels();
    const kernels = await loaded;
    if (request.kind === 'networks') {
      known = request;
      return { kind: 'ready', id };
    }
    const { form, networks } = known as NonNullable<typeof known>;
    return request.kind === 'look'
      ? { kind: 'seen', id, probabilities: lookAt(kernels, form, networks, request.pixels) }
      : { kind: 'compared', id, places: disagreements(kernels, form, networks, request.test) };
  } catch (error) {
    return { kind: 'error', id, message: messageOf(error) };
  }
}

addEventListener('message', async ({ data }: MessageEvent<DrawRequest>) => {
  postMessage(await answer(data));
});
