// The script of every worker: a bundle of its own, which the pool of the library starts.
import 'lottery-lab/web/worker';
