/** Lengths of time as Slurm writes them. */

/**
 * Seconds of a length of time in Slurm's format: minutes, minutes:seconds, hours:minutes:seconds, days-hours,
 * days-hours:minutes or days-hours:minutes:seconds (sbatch's manual, `--time`).
 *
 * @returns null where it has another form; Infinity for UNLIMITED and INFINITE
 */
export function slurmSeconds(text: string): number | null {
  if (/^(unlimited|infinite)$/i.test(text)) return Number.POSITIVE_INFINITY;
  const parts = /^(?:(\d{1,5})-)?(\d{1,7})(?::(\d{1,2}))?(?::(\d{1,2}))?$/.exec(text);
  if (parts === null) return null;
  const [, days, first, second, third] = parts.map((part) => (part === undefined ? undefined : Number(part)));
  if (days !== undefined) return ((days * 24 + (first ?? 0)) * 60 + (second ?? 0)) * 60 + (third ?? 0);
  if (third !== undefined) return ((first ?? 0) * 60 + (second ?? 0)) * 60 + third;
  return (first ?? 0) * 60 + (second ?? 0);
}
